import { z } from 'zod';
import { type StartProgram, startReady } from './start-ready.ts';

const MAIN = new URL('../main.ts', import.meta.url);
const apiReadySchema = z.object({ event: z.literal('ready'), api: z.string() });
const bothReadySchema = apiReadySchema.extend({ otlp: z.string() });
const otlpReadySchema = z.object({ event: z.literal('ready'), otlp: z.string() });

/** Understudy itself, as the demo runs it. */
export interface UnderstudyCast {
  readonly api: string;
  readonly otlp: string;
  readonly pids: Readonly<Record<string, number | undefined>>;
}

export interface UnderstudyOptions {
  readonly directory: string;
  readonly policyFile: string;
  /** What the policy names. */
  readonly secrets: NodeJS.ProcessEnv;
  readonly port: number;
  readonly otlpPort: number;
  readonly start: StartProgram;
  readonly signal: AbortSignal;
}

/** One process, embedded log and store. */
export async function startOneProcess({ directory, policyFile, secrets, port, otlpPort, start, signal }: UnderstudyOptions): Promise<UnderstudyCast> {
  const args = ['dev', '--json', '--data', directory, '--policy', policyFile, '--port', String(port), '--otlp-port', String(otlpPort)];
  const { child, message } = await startReady(bothReadySchema, signal, (onLine) => start('the evaluator', MAIN, args, onLine, secrets));
  return { api: message.api, otlp: message.otlp, pids: { evaluator: child.pid } };
}

/** A collector and the roles in processes of their own, over Kafka and ClickHouse; what is stored there is of this run only. */
export async function startSeparateProcesses({ directory, policyFile, secrets, port, otlpPort, start, signal }: UnderstudyOptions, servers: NodeJS.ProcessEnv): Promise<UnderstudyCast> {
  const env = { ...servers, ...secrets, UNDERSTUDY_DATA: directory };
  const evaluator = (roles: string, ownPort: number) => startReady(apiReadySchema, signal, (onLine) => start(`the evaluator (${roles})`, MAIN, ['evaluator', '--json', '--roles', roles, '--policy', policyFile, '--port', String(ownPort)], onLine, env));
  // The one that signs first: it makes the key that the API shows.
  const controller = await evaluator('controller', 0);
  const [collector, score, judge, decide, archive, api] = await Promise.all([
    startReady(otlpReadySchema, signal, (onLine) => start('the collector', MAIN, ['collector', '--json', '--otlp-port', String(otlpPort)], onLine, env)),
    evaluator('score', 0), evaluator('judge', 0), evaluator('decide', 0), evaluator('archive', 0), evaluator('api', port),
  ]);
  return {
    api: api.message.api, otlp: collector.message.otlp,
    pids: { collector: collector.child.pid, score: score.child.pid, judge: judge.child.pid, decide: decide.child.pid, archive: archive.child.pid, controller: controller.child.pid, api: api.child.pid },
  };
}
