import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type AlertReceiver, startAlertReceiver } from './alert-receiver.ts';
import { type Child, startChild } from './child-process.ts';
import type { AlertNews } from './demo-observation.ts';
import { writePolicy } from './demo-policy.ts';
import { usualOrAnyPort } from './free-port.ts';
import type { OwnTopics } from './own-topics.ts';
import { deathOf, type StartProgram, startReady } from './start-ready.ts';
import { startOneProcess, startSeparateProcesses } from './understudy-processes.ts';

const API_PORT = 4319;
const OTLP_PORT = 4318;

export interface CastOptions {
  readonly seed: number;
  readonly port: number | undefined;
  readonly otlpPort: number | undefined;
  /** Understudy's address for the application, when something stands between them. */
  readonly appEndpoint: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Understudy as separate processes, over Kafka and ClickHouse. */
  readonly separate: boolean;
  readonly onAnswer: (line: string) => void;
  readonly onAlert: (news: AlertNews) => void;
}

const providerReadySchema = z.object({ event: z.literal('ready'), url: z.string() });

export interface Cast {
  readonly ui: string;
  readonly otlp: string;
  readonly api: string;
  readonly provider: string;
  /** The data directory; it goes when the cast is stopped. */
  readonly data: string;
  readonly pids: Readonly<Record<string, number | undefined>>;
  /** Rejects when one of the processes ends by itself. */
  readonly death: Promise<never>;
  readonly stop: () => Promise<void>;
}

/** Starts the processes of the demo, which know each other only by address, over a fresh temporary directory. Ends what it started when it fails. */
export async function startCast(options: CastOptions, signal: AbortSignal): Promise<Cast> {
  const directory = await mkdtemp(join(tmpdir(), 'understudy-demo-'));
  const children: Child[] = [];
  let topics: OwnTopics | undefined;
  let receiver: AlertReceiver | undefined;
  const stop = async (): Promise<void> => {
    // The application first: it sends what it has to an evaluator that still listens.
    await children.at(-1)?.stop();
    await Promise.all(children.map((child) => child.stop()));
    receiver?.close();
    await topics?.remove();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  const start: StartProgram = (name, script, args, onLine, env) => {
    const child = startChild({ name, script, args, env: { ...options.environment, ...env }, onLine });
    children.push(child);
    return child;
  };
  try {
    // Loaded when it is wanted: Kafka's client takes a tenth of a second.
    if (options.separate) topics = await (await import('./own-topics.ts')).makeOwnTopics();
    const ports = { port: options.port ?? (await usualOrAnyPort(API_PORT)), otlpPort: options.otlpPort ?? (await usualOrAnyPort(OTLP_PORT)) };
    receiver = await startAlertReceiver(options.onAlert);
    const provider = await startReady(providerReadySchema, signal, (onLine) => start('the provider', new URL('provider.ts', import.meta.url), ['--seed', String(options.seed)], onLine));
    const policyFile = await writePolicy(directory, { provider: provider.message.url, alerts: receiver.url });
    const wanted = { directory, policyFile, secrets: secretsOf(receiver), ...ports, start, signal };
    const understudy = await (topics === undefined ? startOneProcess(wanted) : startSeparateProcesses(wanted, topics.environment));
    const { api, otlp } = understudy;
    const app = start('the application', new URL('support-app.ts', import.meta.url), ['--provider', provider.message.url, '--understudy', options.appEndpoint ?? api, '--seed', String(options.seed)], options.onAnswer, options.separate ? { UNDERSTUDY_OTLP_ENDPOINT: otlp } : {});
    const death = Promise.race(children.map((child) => child.ended)).then((end) => { throw deathOf(end); });
    death.catch(() => undefined);
    return { ui: api, otlp, api, provider: provider.message.url, data: directory, pids: { ...understudy.pids, provider: provider.child.pid, app: app.pid }, death, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the policy refers to. The provider on this machine takes any key. */
function secretsOf(receiver: AlertReceiver): NodeJS.ProcessEnv {
  return { UNDERSTUDY_DEMO_JUDGE_KEY: 'not-needed', UNDERSTUDY_DEMO_WEBHOOK_SECRET: receiver.secret };
}
