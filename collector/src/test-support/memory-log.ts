import type { AppendOutcome, EventLog, NewRecord } from '@understudy/log/event-log';

/** A log that only takes records, and can be told what to answer. */
export class MemoryLog implements Pick<EventLog, 'append'> {
  readonly records: NewRecord[] = [];
  answer: () => AppendOutcome | Promise<AppendOutcome> = () => ({ kind: 'appended', offsets: [] });

  async append(records: readonly NewRecord[]): Promise<AppendOutcome> {
    const outcome = await this.answer();
    if (outcome.kind === 'appended') this.records.push(...records);
    return outcome;
  }
}
