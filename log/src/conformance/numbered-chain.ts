import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog, NewRecord, PartitionOwnership, StepHandler, StepOutcome, StoredState } from '../event-log.ts';
import { bytes, CALLS, SPANS, text } from './log-storage.ts';

/** Where the second step writes. */
export const SUMS = TOPICS.judgements.name;

/** The chain of two steps that is killed: each number is passed on, then the running sum of its key. */
interface Link {
  readonly group: string;
  readonly topic: typeof SPANS | typeof CALLS;
  readonly handler: (stored: StoredState) => StepHandler;
}

const LINKS: readonly Link[] = [
  { group: 'pass-on', topic: SPANS, handler: () => passOn },
  { group: 'sum-up', topic: CALLS, handler: (stored) => summingUp(stored) },
];

export function numbered(number: number): NewRecord {
  return { topic: SPANS, key: `key ${number % 7}`, value: bytes(number) };
}

const passOn: StepHandler = async ({ records }) => {
  await new Promise((resolve) => setImmediate(resolve));
  return { outputs: records.map(({ key, value }) => ({ topic: CALLS, key, value })) };
};

function summingUp(stored: StoredState): StepHandler {
  const sums = new Map([...stored.entries].map(([key, value]) => [key, Number(text(value))]));
  return ({ records }) => {
    const outputs = records.map(({ key = '', value }) => {
      const sum = (sums.get(key) ?? 0) + Number(text(value));
      sums.set(key, sum);
      return { topic: SUMS, key, value: bytes(`${text(value)} ${sum}`) };
    });
    return { outputs, state: new Map([...sums].map(([key, sum]) => [key, bytes(sum)])) };
  };
}

interface RunningLink {
  readonly ownership: PartitionOwnership;
  readonly handler: StepHandler;
}

/** All links on all partitions. */
export async function acquireChain(log: EventLog): Promise<RunningLink[]> {
  const running: RunningLink[] = [];
  for (const link of LINKS) {
    for (let partition = 0; partition < log.partitionCount(link.topic); partition++) {
      const ownership = await log.acquire(link.group, link.topic, partition);
      running.push({ ownership, handler: link.handler(ownership.stored) });
    }
  }
  return running;
}

/** One step of every link at the same time; false when there was nothing to do. */
export async function stepChain(chain: readonly RunningLink[]): Promise<boolean> {
  const outcomes: StepOutcome[] = await Promise.all(chain.map(({ ownership, handler }) => ownership.step(handler, { maxRecords: 5 })));
  const unexpected = outcomes.find((outcome) => outcome.kind === 'fenced' || outcome.kind === 'full');
  if (unexpected !== undefined) throw new Error(`a step was ${unexpected.kind}`);
  return outcomes.some((outcome) => outcome.kind === 'committed');
}
