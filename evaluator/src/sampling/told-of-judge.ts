import type { DecideState, JudgeState } from '../policy/route-state.ts';

/** What the judge role said last of itself: it tells every partition, and some read it sooner. */
export function toldOfJudge(states: readonly DecideState[]): JudgeState | undefined {
  let newest: JudgeState | undefined;
  for (const { judge } of states) if (judge !== undefined && (newest === undefined || judge.sinceMs > newest.sinceMs)) newest = judge;
  return newest;
}
