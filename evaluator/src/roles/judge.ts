import type { EventLog, StepHandler, StoredState } from '@understudy/log/event-log';
import { JudgeDesk, type JudgeDeskOptions } from '../judge/judge-desk.ts';

/** The judge step of a partition, which runs by time too (a turn of 250 ms), and its end: judgements under way are given up when the partition is lost. */
export interface JudgeStep {
  readonly step: StepHandler;
  readonly end: () => void;
}

/** The judge role over one partition of `llm.judge-requests`, which has all requests of a project: one owner holds its budget. */
export function judgeStep(log: Pick<EventLog, 'read' | 'partitionCount'>, stored: StoredState, options: JudgeDeskOptions): JudgeStep {
  const desk = new JudgeDesk(log, stored, options);
  return { step: (input) => desk.turn(input), end: () => desk.end() };
}
