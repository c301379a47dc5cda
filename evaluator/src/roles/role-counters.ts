import { TOPICS } from '@understudy/contracts/topics';
import type { NewRecord } from '@understudy/log/event-log';
import { errorClassOf } from './dead-letter.ts';

/** What one role did on one partition since this process began to serve it. Counts only grow. */
export interface RoleCounters {
  /** Steps that were committed. */
  steps: number;
  records: number;
  /** Time in the role's own code, ms of wall clock. */
  handlerMs: number;
  /** Steps or acquisitions that failed and were tried again. */
  failures: number;
  /** Times that another process had taken the partition. */
  fenced: number;
  /** What could not be used, by the class of its error. */
  readonly deadLetters: Map<string, number>;
}

export function newRoleCounters(): RoleCounters {
  return { steps: 0, records: 0, handlerMs: 0, failures: 0, fenced: 0, deadLetters: new Map() };
}

export function countDeadLetters(counters: RoleCounters, outputs: readonly NewRecord[]): void {
  for (const output of outputs) {
    if (output.topic !== TOPICS.deadLetters.name) continue;
    const errorClass = errorClassOf(output.value);
    counters.deadLetters.set(errorClass, (counters.deadLetters.get(errorClass) ?? 0) + 1);
  }
}
