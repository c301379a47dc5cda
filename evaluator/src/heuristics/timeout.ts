import type { Ending } from './failure.ts';

/** 1 when the call was given up for its time. */
export function timeout(ending: Ending): number | undefined {
  if (ending === 'not-the-targets-fault' || ending === 'withheld') return undefined;
  return ending === 'timed-out' ? 1 : 0;
}
