import type { StepResult } from './event-log.ts';

/** Without records either there is nothing to commit. */
export function writesNothing({ outputs, state }: StepResult): boolean {
  return outputs.length === 0 && (state?.size ?? 0) === 0;
}
