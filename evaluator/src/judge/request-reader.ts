import { type JudgeRequest, type JudgeRequests, judgeRequestsSchema } from '@understudy/contracts/judge-request';
import { UnderstudyError } from '@understudy/contracts/problem';
import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog, LogRecord } from '@understudy/log/event-log';
import { parseJson } from '../roles/record-json.ts';

/** A record of drawn calls; `batch` is undefined for what is none. */
export interface RequestRecord {
  readonly offset: number;
  readonly bytes: number;
  readonly batch: JudgeRequests | undefined;
}

export interface PlacedRequest {
  readonly project: string;
  readonly request: JudgeRequest;
}

/** Records that are kept in memory; the others are read again when their turn comes. */
const MOST_KEPT = 64;
const PAGE_RECORDS = 16;

/** The drawn calls from the cursor on, and those that wait or are under way: from memory, else from the log. */
export class RequestReader {
  readonly #log: Pick<EventLog, 'read'>;
  readonly #kept = new Map<number, RequestRecord>();
  /** Contiguous from the cursor on. */
  #ahead: RequestRecord[] = [];
  #aheadEnd: number;
  #horizon: number;

  /** `cursor`: the first record that is still to be looked at. `horizon`: what the step has committed. */
  constructor(log: Pick<EventLog, 'read'>, cursor: number, horizon: number) {
    this.#log = log;
    this.#aheadEnd = cursor;
    this.#horizon = horizon;
  }

  /** What a step was handed. */
  offer(records: readonly LogRecord[]): void {
    const last = records.at(-1);
    if (last === undefined) return;
    if (this.#aheadEnd >= this.#horizon && this.#ahead.length < MOST_KEPT) {
      this.#ahead.push(...records.map(requestRecord));
      this.#aheadEnd = last.offset + 1;
    }
    this.#horizon = last.offset + 1;
  }

  /** The record at the cursor; undefined when all that was committed has been looked at. */
  async head(partition: number): Promise<RequestRecord | undefined> {
    if (this.#ahead.length === 0 && this.#aheadEnd < this.#horizon) await this.#readAhead(partition);
    return this.#ahead[0];
  }

  dropHead(): void {
    const record = this.#ahead.shift();
    if (record !== undefined) this.#keep(record);
  }

  /** Undefined when the log no longer has it. */
  async at(partition: number, offset: number, index: number): Promise<PlacedRequest | undefined> {
    const record = this.#kept.get(offset) ?? (this.#ahead[0]?.offset === offset ? this.#ahead[0] : await this.#readOne(partition, offset));
    const request = record?.batch?.requests[index];
    return record?.batch === undefined || request === undefined ? undefined : { project: record.batch.project, request };
  }

  async #readAhead(partition: number): Promise<void> {
    const { records, endOffset } = await this.#log.read(TOPICS.judgeRequests.name, partition, this.#aheadEnd, { maxRecords: PAGE_RECORDS });
    const due = records.filter(({ offset }) => offset < this.#horizon);
    this.#ahead.push(...due.map(requestRecord));
    // What lies behind the last record up to the horizon are no records, if the log shows that far.
    if (due.length === 0) mustShow(partition, endOffset, this.#horizon);
    this.#aheadEnd = (due.at(-1)?.offset ?? this.#horizon - 1) + 1;
  }

  async #readOne(partition: number, offset: number): Promise<RequestRecord | undefined> {
    const { records, endOffset } = await this.#log.read(TOPICS.judgeRequests.name, partition, offset, { maxRecords: 1 });
    mustShow(partition, endOffset, offset + 1);
    const record = records.find((read) => read.offset === offset);
    if (record === undefined) return undefined;
    const found = requestRecord(record);
    this.#keep(found);
    return found;
  }

  #keep(record: RequestRecord): void {
    this.#kept.set(record.offset, record);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value ?? -1);
  }
}

/** A broker that has just come back may be behind what was acknowledged: nothing is passed over because of that. */
function mustShow(partition: number, endOffset: number, committed: number): void {
  if (endOffset >= committed) return;
  throw new UnderstudyError({ code: 'LOG_UNAVAILABLE', message: `${TOPICS.judgeRequests.name}/${partition} ends at ${endOffset}, and ${committed} was committed`, fix: 'Wait: it is tried again.', retryable: true });
}

function requestRecord({ offset, value }: LogRecord): RequestRecord {
  return { offset, bytes: value.length, batch: judgeRequestsSchema.safeParse(parseJson(value)).data };
}
