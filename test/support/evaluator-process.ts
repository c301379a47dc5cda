import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EvaluatorPlan, InnerDeath, QueryAnswer, ToEvaluator } from './fault-plan.ts';

const MAIN = fileURLToPath(new URL('evaluator-main.ts', import.meta.url));
const READY_MS = 60_000;
const KEPT_LINES = 200;

/** One life of an evaluator, in a process of its own. */
export interface EvaluatorProcess {
  readonly api: string;
  readonly otlp: string;
  /** What it said, newest last. */
  readonly said: readonly string[];
  /** How it ended: a signal's name or an exit code. */
  readonly ended: Promise<string>;
  isAlive(): boolean;
  /** Rows of a query on its ClickHouse. */
  query<Row>(sql: string): Promise<Row[]>;
  /** From now on it counts its inserts, and dies at the one that is named. */
  arm(death: InnerDeath): void;
  refuseInserts(refuse: boolean): void;
  /** Steps its wall clock. */
  setClock(aheadMs: number): void;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<string>;
}

export async function startEvaluatorProcess(plan: EvaluatorPlan): Promise<EvaluatorProcess> {
  const child = spawn(process.execPath, [MAIN, JSON.stringify(plan)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const said: string[] = [];
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
    said.push(line);
    if (said.length > KEPT_LINES) said.shift();
  });
  const ended = new Promise<string>((resolve) => child.once('close', (code, signal) => resolve(signal ?? String(code))));
  // A stopped process would not notice that its test is gone.
  const killIt = () => child.kill('SIGKILL');
  process.once('exit', killIt);
  void ended.then(() => process.off('exit', killIt));
  const ready = await firstLine(child, ended, said);
  const query = querier(child, ended);
  return {
    api: ready.api, otlp: ready.otlp, said, ended, query,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    arm: (death) => child.send({ kind: 'arm', death } satisfies ToEvaluator),
    setClock: (aheadMs) => child.send({ kind: 'clock', aheadMs } satisfies ToEvaluator),
    refuseInserts: (refuse) => child.send({ kind: 'refuse-inserts', refuse } satisfies ToEvaluator),
    kill: (signal) => child.kill(signal),
    async stop() {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      return ended;
    },
  };
}

interface Ready {
  readonly api: string;
  readonly otlp: string;
}

function firstLine(child: ChildProcess, ended: Promise<string>, said: readonly string[]): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the evaluator was not ready within ${READY_MS} ms:\n${said.join('\n')}`));
    }, READY_MS);
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) => {
      clearTimeout(timer);
      resolve(JSON.parse(line) as Ready);
    });
    void ended.then((how) => {
      clearTimeout(timer);
      reject(new Error(`the evaluator ended (${how}) before it was ready:\n${said.join('\n')}`));
    });
  });
}

function querier(child: ChildProcess, ended: Promise<string>): EvaluatorProcess['query'] {
  const waiting = new Map<number, { resolve: (rows: unknown[]) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  child.on('message', ({ id, rows, error }: QueryAnswer) => {
    const asker = waiting.get(id);
    waiting.delete(id);
    if (rows === undefined) asker?.reject(new Error(error));
    else asker?.resolve(rows);
  });
  void ended.then((how) => {
    for (const { reject } of waiting.values()) reject(new Error(`the evaluator ended: ${how}`));
  });
  return <Row>(sql: string) => new Promise<Row[]>((resolve, reject) => {
    const id = ++lastId;
    waiting.set(id, { resolve: resolve as (rows: unknown[]) => void, reject });
    child.send({ kind: 'query', id, sql } satisfies ToEvaluator);
  });
}
