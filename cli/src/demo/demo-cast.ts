import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { UnderstudyError } from '@understudy/contracts/problem';
import { type Child, type ChildEnd, startChild } from './child-process.ts';
import { usualOrAnyPort } from './free-port.ts';

const MAIN = new URL('../main.ts', import.meta.url);
const POLICY_FILE = fileURLToPath(new URL('policy.yaml', import.meta.url));
/** The first start makes the tables of the embedded ClickHouse engine. */
const READY_MS = 60_000;
const API_PORT = 4319;
const OTLP_PORT = 4318;

export interface CastOptions {
  readonly seed: number;
  readonly port: number | undefined;
  readonly otlpPort: number | undefined;
  /** Understudy's address for the application, when something stands between them. */
  readonly appEndpoint: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly onAnswer: (line: string) => void;
}

const evaluatorReadySchema = z.object({ event: z.literal('ready'), ui: z.string(), otlp: z.string(), api: z.string(), pid: z.number() });
const providerReadySchema = z.object({ event: z.literal('ready'), url: z.string() });

export interface Cast {
  readonly ui: string;
  readonly otlp: string;
  readonly api: string;
  readonly provider: string;
  /** The data directory; it goes when the cast is stopped. */
  readonly data: string;
  readonly pids: { readonly evaluator: number | undefined; readonly provider: number | undefined; readonly app: number | undefined };
  /** Rejects when one of the processes ends by itself. */
  readonly death: Promise<never>;
  readonly stop: () => Promise<void>;
}

/** Starts the three processes of the demo, which know each other only by address, over a fresh temporary directory. Ends what it started when it fails. */
export async function startCast(options: CastOptions, signal: AbortSignal): Promise<Cast> {
  const directory = await mkdtemp(join(tmpdir(), 'understudy-demo-'));
  const children: Child[] = [];
  const stop = async (): Promise<void> => {
    // The application first: it sends what it has to an evaluator that still listens.
    for (const child of children.toReversed()) await child.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  const start = (name: string, script: URL, args: readonly string[], onLine: (line: string) => void): Child => {
    const child = startChild({ name, script, args, env: options.environment, onLine });
    children.push(child);
    return child;
  };
  try {
    const port = options.port ?? (await usualOrAnyPort(API_PORT));
    const otlpPort = options.otlpPort ?? (await usualOrAnyPort(OTLP_PORT));
    const evaluatorArgs = ['dev', '--json', '--data', directory, '--policy', POLICY_FILE, '--port', String(port), '--otlp-port', String(otlpPort)];
    const [evaluator, provider] = await Promise.all([
      ready(evaluatorReadySchema, signal, (onLine) => start('the evaluator', MAIN, evaluatorArgs, onLine)),
      ready(providerReadySchema, signal, (onLine) => start('the provider', new URL('provider.ts', import.meta.url), ['--seed', String(options.seed)], onLine)),
    ]);
    const app = start('the application', new URL('support-app.ts', import.meta.url), ['--provider', provider.message.url, '--understudy', options.appEndpoint ?? evaluator.message.api, '--seed', String(options.seed)], options.onAnswer);
    const { ui, otlp, api } = evaluator.message;
    const death = Promise.race(children.map((child) => child.ended)).then((end) => { throw deathOf(end); });
    death.catch(() => undefined);
    return { ui, otlp, api, provider: provider.message.url, data: directory, pids: { evaluator: evaluator.child.pid, provider: provider.child.pid, app: app.pid }, death, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts a child and waits for its ready line, its end, or the time limit. */
function ready<Message>(schema: z.ZodType<Message>, signal: AbortSignal, start: (onLine: (line: string) => void) => Child): Promise<{ child: Child; message: Message }> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = start((line) => {
      const parsed = schema.safeParse(jsonOf(line));
      if (parsed.success) settle(() => resolve({ child, message: parsed.data }));
    });
    const timer = setTimeout(() => settle(() => reject(new UnderstudyError({ code: 'CHILD_NOT_READY', message: `${child.name} was not ready within ${READY_MS / 1000} s`, fix: 'Try again on a machine that is less busy, and look at the free memory and disk space.', retryable: true }))), READY_MS);
    const aborted = () => settle(() => reject(signal.reason));
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      how();
    };
    signal.addEventListener('abort', aborted);
    void child.ended.then((end) => settle(() => reject(deathOf(end))));
  });
}

function deathOf(end: ChildEnd): UnderstudyError {
  const how = end.signal === null ? `with code ${end.code}` : `by ${end.signal}`;
  const lines = end.lastErrorLines.map((line) => `\n    ${line}`).join('');
  // 4: a port is in use; the evaluator's own words, which name the flag, are among its last lines.
  return new UnderstudyError({ code: end.code === 4 ? 'PORT_IN_USE' : 'CHILD_DIED', message: `${end.name} ended ${how}; its last words:${lines === '' ? ' none' : lines}`, fix: 'The last words say what to change; then run the demo again.' });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
