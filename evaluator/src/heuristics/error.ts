import type { Ending } from './failure.ts';

/** 1 when the call failed, a time-out included; undefined when it failed by the caller's own doing, which says nothing about the target, or was withheld (a refusal). */
export function error(ending: Ending): number | undefined {
  if (ending === 'not-the-targets-fault' || ending === 'withheld') return undefined;
  return ending === 'answered' ? 0 : 1;
}
