import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LEAVE_WITH_PARENT, UNDERSTUDY_MAIN } from './child-program.ts';

const KEPT_LINES = 300;

/** One life of a server of the command line (`collector`, `evaluator`), as an operator starts it. */
export interface ServerProcess {
  readonly name: string;
  /** What it said on standard error, newest last. */
  readonly said: readonly string[];
  /** Resolves when it has printed its ready line; rejects when it ended before. */
  readonly ready: Promise<void>;
  /** How it ended: a signal's name or an exit code. */
  readonly ended: Promise<string>;
  isAlive(): boolean;
  kill(signal: NodeJS.Signals): void;
}

export interface ServerOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Modules that are loaded before it. */
  readonly preloaded?: readonly string[];
}

const alive = new Set<ChildProcess>();
// A stopped process would not notice that its test is gone.
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** It ends with this process, however that ends. */
export function startServerProcess({ name, args, environment, preloaded = [] }: ServerOptions): ServerProcess {
  const imports = [LEAVE_WITH_PARENT, ...preloaded].flatMap((module) => ['--import', module]);
  const child = spawn(process.execPath, [...imports, UNDERSTUDY_MAIN, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: environment });
  const said: string[] = [];
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
    said.push(line);
    if (said.length > KEPT_LINES) said.shift();
  });
  const ended = new Promise<string>((resolve) => child.once('close', (code, signal) => resolve(signal ?? String(code))).once('error', (error) => resolve(error.message)));
  alive.add(child);
  void ended.then(() => alive.delete(child));
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', () => resolve());
    void ended.then((how) => reject(new Error(`${name} ended (${how}) before it was ready:\n${said.join('\n')}`)));
  });
  ready.catch(() => undefined);
  return { name, said, ready, ended, isAlive: () => child.exitCode === null && child.signalCode === null, kill: (signal) => void child.kill(signal) };
}
