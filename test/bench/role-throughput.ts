import { TOPICS, type TopicName } from '@understudy/contracts/topics';
import { DecideStates } from '@understudy/evaluator/roles/follow-decide-states';
import { DECIDE_GROUP, SCORE_GROUP } from '@understudy/evaluator/roles/groups';
import { waitUntil } from '../support/wait-until.ts';
import { BenchProcess } from './bench-process.ts';
import { atLeast, sayFigure, whole } from './figures.ts';
import type { Installation } from './installation.ts';
import { SPANS_A_REQUEST } from './numbered-requests.ts';
import { countCalls } from './read-back.ts';

const WITHIN_MS = 120_000;
const SCORE_GOAL = 15_000;

/** `understudy evaluator --roles score` on what the collector has left in the log. */
export async function measureScore(installation: Installation, requests: number, bodies: string): Promise<void> {
  const spans = requests * SPANS_A_REQUEST;
  const { cpuMicros, tookMs, steps } = await workOff(installation, { role: 'score', group: SCORE_GROUP, topic: TOPICS.spans.name });
  sayFigure(`score over Kafka, ${bodies} spans of 1.6 KB, rows and evidence committed in transactions`, `${whole((spans * 1e6) / cpuMicros)} calls/s/core (${(cpuMicros / spans).toFixed(1)} µs CPU a call, start of the role included), ${whole((spans * 1e3) / tookMs)} calls/s beside the broker, ${whole(requests / steps)} requests a transaction`, atLeast((spans * 1e6) / cpuMicros, SCORE_GOAL, 'calls/s/core'), 'naive (protobufjs, sets of n-grams), without a log 6,600; SQLite log here 28-30k');
  const { lost, twice } = await countCalls(installation.log, spans);
  sayFigure('score, loss check', `${whole(spans)} acknowledged spans, their rows read back from llm.calls: ${lost} lost, ${twice} twice`, { text: '0 and 0', isMet: lost + twice === 0 });
  if (lost + twice > 0) throw new Error('score lost calls or counted them twice');
}

/** `understudy evaluator --roles decide` on the evidence that score has left. */
export async function measureDecide(installation: Installation, spans: number): Promise<void> {
  const { cpuMicros, tookMs, steps } = await workOff(installation, { role: 'decide', group: DECIDE_GROUP, topic: TOPICS.evidence.name });
  sayFigure('decide over Kafka, its state committed in transactions', `${whole((spans * 1e6) / cpuMicros)} calls/s/core (${(cpuMicros / spans).toFixed(1)} µs CPU a call, start of the role included), ${whole((spans * 1e3) / tookMs)} calls/s, ${whole(spans / steps)} calls a transaction`, undefined, 'none; the fold alone 5.5 µs a call');
  const counted = (await new DecideStates(installation.log).routes()).flatMap(({ route }) => Object.values(route.targets)).reduce((sum, { calls }) => sum + calls, 0);
  sayFigure('decide, loss check', `${whole(spans)} acknowledged calls, ${whole(counted)} counted in its state`, { text: `exactly ${whole(spans)}`, isMet: counted === spans });
  if (counted !== spans) throw new Error('decide lost calls or counted them twice');
}

/** Starts the role when everything waits, and ends when nothing does. CPU time from when it is ready: joining its group is part of it. */
async function workOff({ environment, log }: Installation, { role, group, topic }: { role: string; group: string; topic: TopicName }): Promise<{ cpuMicros: number; tookMs: number; steps: number }> {
  const evaluator = BenchProcess.understudy(['evaluator', '--roles', role, '--port', '0'], environment);
  const { api } = await evaluator.message<{ api: string }>();
  const before = evaluator.cpuMicros();
  const position = () => Promise.all(Array.from({ length: log.partitionCount(topic) }, (_, partition) => log.readPosition(group, topic, partition)));
  await waitUntil(`${role} begins`, WITHIN_MS, async () => (await position()).some((offset) => offset !== undefined && offset > 0), 20);
  const startedAt = performance.now();
  await waitUntil(`${role} has read everything`, WITHIN_MS, async () => (await position()).every((offset) => offset !== undefined) && (await log.lag(group, topic)) === 0, 50);
  const tookMs = performance.now() - startedAt;
  const cpuMicros = evaluator.cpuMicros() - before;
  const metrics = await (await fetch(`${api}/metrics`)).text();
  await evaluator.stop();
  return { cpuMicros, tookMs, steps: transactionsIn(metrics) };
}

function transactionsIn(metrics: string): number {
  return [...metrics.matchAll(/^understudy_role_transactions_total\{.*\} (\d+)$/gm)].reduce((sum, [, steps]) => sum + Number(steps), 0);
}
