import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface EvaluatorProcess {
  readonly url: string;
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** A signing evaluator in a process of its own, to be stopped and killed. It sends everything of `answer` to `openai/spare` and publishes every 100 ms. */
export async function startEvaluatorProcess(): Promise<EvaluatorProcess> {
  const child = fork(new URL('./evaluator-main.ts', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [url] = (await once(child, 'message')) as [string];
  return { url, signal: (signal) => child.kill(signal) };
}
