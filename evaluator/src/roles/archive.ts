import { UnderstudyError } from '@understudy/contracts/problem';
import type { TopicName } from '@understudy/contracts/topics';
import type { LogRecord, StepHandler } from '@understudy/log/event-log';
import { type AnalyticsStore, ROWS_REFUSED } from '../store/analytics-store.ts';
import { deadLetter } from './dead-letter.ts';

export interface ArchiveOptions {
  readonly store: AnalyticsStore;
  readonly topic: TopicName;
  readonly table: 'calls' | 'decisions' | 'judgements';
  readonly say: (text: string) => void;
}

interface Line {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const NEWLINE = 0x0a;

/**
 * The archive role: inserts the lines of a batch as they are. At least once; the table's key makes a repeat replace itself. A line that is no row of the table goes
 * to the dead letters, the others of its batch into the table; while the store is away nothing is judged.
 */
export function archiveStep({ store, topic, table, say }: ArchiveOptions): StepHandler {
  return async ({ records, partition }) => {
    if (records.length === 0 || (await isInserted(store, table, records.map((record) => record.value)))) return { outputs: [] };
    const refused = await insertApart(store, table, records.flatMap(linesOf), 2);
    if (refused.length > 0) say(`archive: ${refused.length} lines of ${topic}/${partition} are no rows of the table ${table}; where they stand is in llm.dead-letters`);
    return { outputs: refused.map(({ offset, bytes, attempts }) => deadLetter({ topic, partition, offset, errorClass: ROWS_REFUSED, attempts, bytes: bytes.length })) };
  };
}

interface RefusedLine extends Line {
  readonly attempts: number;
}

/** Halves what is refused until only the bad lines are left, and returns those; `attempt` counts from 1, the whole batch. */
async function insertApart(store: AnalyticsStore, table: ArchiveOptions['table'], lines: readonly Line[], attempt: number): Promise<readonly RefusedLine[]> {
  if (lines.length === 0 || (await isInserted(store, table, lines.map((line) => line.bytes)))) return [];
  if (lines.length === 1) return lines.map((line) => ({ ...line, attempts: attempt }));
  const middle = lines.length >> 1;
  return [...(await insertApart(store, table, lines.slice(0, middle), attempt + 1)), ...(await insertApart(store, table, lines.slice(middle), attempt + 1))];
}

/** False when the store is well and refuses the rows themselves. */
async function isInserted(store: AnalyticsStore, table: ArchiveOptions['table'], parts: readonly Uint8Array[]): Promise<boolean> {
  try {
    await store.insertLines(table, Buffer.concat(parts));
    return true;
  } catch (error) {
    if (error instanceof UnderstudyError && error.code === ROWS_REFUSED) return false;
    throw error;
  }
}

/** The lines of a record, each with its newline: one that lacks it must not spoil the next. */
function linesOf({ offset, value }: LogRecord): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < value.length;) {
    const newline = value.indexOf(NEWLINE, start);
    const end = newline === -1 ? value.length : newline;
    if (end > start) lines.push({ offset, bytes: Buffer.concat([value.subarray(start, end), Buffer.from([NEWLINE])]) });
    start = end + 1;
  }
  return lines;
}
