import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface PrintedEvent { readonly event: string; readonly at: string; readonly elapsedMs: number; readonly [fact: string]: unknown }

export interface RunningCommand {
  /** What standard output has held so far, a JSON object a line; anything else makes `ended` reject. */
  readonly events: readonly PrintedEvent[];
  readonly talk: readonly string[];
  readonly ended: Promise<number | null>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** The first event of a name, now or later; undefined when the command ends without it. */
  readonly event: (name: string) => Promise<PrintedEvent | undefined>;
}

/** Starts a program in the root of the project and reads its standard output as events. */
export function runCommand(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): RunningCommand {
  // Vitest's own variables would switch things in the child, e.g. NODE_ENV.
  const { NODE_ENV: _nodeEnv, VITEST: _vitest, ...inherited } = process.env;
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...inherited, ...environment }, shell: process.platform === 'win32' });
  const events: PrintedEvent[] = [];
  const talk: string[] = [];
  const waiting: { name: string; resolve: (event: PrintedEvent | undefined) => void }[] = [];
  let odd: string | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = parse(line);
    if (event === undefined) {
      odd ??= line;
      return;
    }
    events.push(event);
    for (const { name, resolve } of waiting) if (name === event.event) resolve(event);
  });
  createInterface({ input: child.stderr }).on('line', (line) => talk.push(line));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      for (const { resolve: give } of waiting) give(undefined);
      if (odd === undefined) resolve(code);
      else reject(new Error(`standard output is not JSON alone: ${odd}`));
    });
  });
  return {
    events, talk, ended,
    kill: (signal) => child.kill(signal),
    event: (name) => {
      const seen = events.find(({ event }) => event === name);
      return seen === undefined ? new Promise((resolve) => waiting.push({ name, resolve })) : Promise.resolve(seen);
    },
  };
}

function parse(line: string): PrintedEvent | undefined {
  try {
    return JSON.parse(line) as PrintedEvent;
  } catch {
    return undefined;
  }
}
