import type { FoldOutput } from './fold-output.ts';
import type { DecideState, RouteState } from './route-state.ts';

const HOUR_MS = 3_600_000;
/** A route without calls is forgotten: quiet ones after a day, ones with an unfinished story after a week. */
const QUIET_ENDS_MS = 24 * HOUR_MS;
const STORY_ENDS_MS = 7 * 24 * HOUR_MS;
/** The judge role speaks once a minute. */
const JUDGE_SILENT_MS = 5 * 60_000;

/** What time alone does to the routes. */
export function passTime(state: DecideState, output: FoldOutput): RouteState[] {
  if (state.frozen?.untilMs !== undefined && state.frozen.untilMs <= state.nowMs) state.frozen = undefined;
  noteSilentJudge(state);
  const kept: RouteState[] = [];
  for (const [key, route] of Object.entries(state.routes)) {
    if (isForgotten(state, route)) {
      forget(state, key, route, output);
      continue;
    }
    expirePin(state, route, output);
    if (route.cycles > 0 && route.phase.name === 'healthy' && state.nowMs - route.cyclesAtMs >= HOUR_MS) {
      route.cycles -= 1;
      route.cyclesAtMs = state.nowMs;
      output.touch(route);
    }
    kept.push(route);
  }
  return kept;
}

/** A judge role that is gone cannot say so itself. */
function noteSilentJudge(state: DecideState): void {
  const { judge, nowMs } = state;
  if (judge?.heardAtMs === undefined || judge.health === 'off' || nowMs - judge.heardAtMs < JUDGE_SILENT_MS) return;
  if (state.policy.judge === undefined) state.judge = { ...judge, health: 'off', sinceMs: nowMs, text: 'no judge is configured' };
  else if (judge.health === 'healthy' || judge.health === 'spent') state.judge = { ...judge, health: 'unreachable', sinceMs: nowMs, text: `the judge role has said nothing for ${JUDGE_SILENT_MS / 60_000} min: does one run?` };
}

function expirePin(state: DecideState, route: RouteState, output: FoldOutput): void {
  if (route.pin === undefined || route.pin.untilMs > state.nowMs) return;
  const { target } = route.pin;
  route.pin = undefined;
  output.decide(route, route.phase.name, 'pin-expired', `the pin on ${target} has run out`, state.nowMs, { target });
}

function isForgotten(state: DecideState, route: RouteState): boolean {
  if (route.pin !== undefined || state.frozen !== undefined) return false;
  const quiet = route.incident === undefined && (route.phase.name === 'unknown' || route.phase.name === 'healthy' || route.phase.name === 'suspect');
  return state.nowMs - route.lastCallMs >= (quiet ? QUIET_ENDS_MS : STORY_ENDS_MS);
}

/** Its entry in the snapshot goes too; nobody waits for the answer. */
function forget(state: DecideState, key: string, route: RouteState, output: FoldOutput): void {
  delete state.routes[key];
  output.forget(key);
  if (route.proposal?.entry === undefined) return;
  output.proposals.push({ kind: 'route', v: 1, project: route.project, route: route.route, proposalId: output.nextId('pro'), atMs: state.nowMs, effect: 'return' });
}
