import type { CallFacts } from '@understudy/evaluator/heuristics/score-call';

/** One call of a file of recorded calls. */
export interface RecordedCall {
  readonly facts: CallFacts;
  /** Text of a column (CSV) or attribute (OTLP); undefined where there is none. */
  readonly column: (name: string) => string | undefined;
}

export const ROW_FORMATS = ['otlp-jsonl', 'csv'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];
