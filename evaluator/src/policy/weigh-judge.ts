import { signalDefinition } from '@understudy/contracts/signal';
import { isDoubtful } from './hostile-texts.ts';
import type { DecideState, Phase, RouteState } from './route-state.ts';
import type { Situation } from './situation.ts';
import type { SignalVerdict } from './target-health.ts';

/** The anchors are judged again while a route is in doubt; without them for so long the judge's word is not enough to act on. */
const ANCHORS_WAIT_MS = 5 * 60_000;

export type JudgeWeight =
  /** The judge says nothing, or nothing that may be acted on now: `verdicts` are those to go by. */
  | { readonly kind: 'settled'; readonly verdicts: readonly SignalVerdict[] }
  /** It alone says that the target is degraded. */
  | { readonly kind: 'alone'; readonly verdict: SignalVerdict; readonly verdicts: readonly SignalVerdict[]; readonly text: string };

/**
 * What the judge's verdict is worth (design §6): an attacker's text may move a judge, so that it switches only when a signal of another family speaks too, or when the
 * route's policy lets it; and only while it is healthy, its anchors were found as ever since the suspicion began, and few texts are hostile.
 */
export function weighJudge({ state, route, policy, nowMs }: Situation, verdicts: readonly SignalVerdict[]): JudgeWeight {
  // Its test, and plain rules of the policy about it.
  const own = verdicts.filter(({ signal, verdict }) => signal === 'judge' && verdict !== 'stable' && verdict !== 'off');
  const verdict = own.find((one) => one.verdict === 'degraded') ?? own[0];
  if (verdict === undefined) return { kind: 'settled', verdicts };
  const others = verdicts.filter(({ signal }) => signal !== 'judge');
  if (!isHealthy(state) || isDoubtful(route.hostile)) return { kind: 'settled', verdicts: others };
  if (verdict.verdict !== 'degraded') return { kind: 'settled', verdicts };
  const anchors = anchorsOf(state, route, nowMs);
  if (anchors === 'awaited') return { kind: 'settled', verdicts: [...others, { ...verdict, verdict: 'suspect' }] };
  if (anchors === 'passed' && (policy.judge.alone || others.some(agrees))) return { kind: 'settled', verdicts };
  return { kind: 'alone', verdict, verdicts: others, text: anchors === 'passed' ? 'no other signal says so' : 'its anchors could not be judged again' };
}

function isHealthy({ judge }: DecideState): boolean {
  return judge === undefined || judge.health === 'healthy';
}

/** Whether the judge was found as ever since the route came into doubt. */
function anchorsOf({ judge }: DecideState, { phase }: RouteState, nowMs: number): 'passed' | 'awaited' | 'missing' {
  if (judge === undefined) return 'passed';
  const sinceMs = doubtSinceMs(phase);
  if (sinceMs === undefined) return 'awaited';
  if ((judge.anchorsPassedAtMs ?? 0) >= sinceMs) return 'passed';
  return nowMs - sinceMs < ANCHORS_WAIT_MS ? 'awaited' : 'missing';
}

/** Since when the route has been in doubt; undefined: it is not. */
export function doubtSinceMs(phase: Phase): number | undefined {
  if (phase.name === 'inconclusive') return phase.doubtedSinceMs ?? phase.sinceMs;
  return 'sinceMs' in phase ? phase.sinceMs : undefined;
}

function agrees(other: SignalVerdict): boolean {
  return signalDefinition(other.signal).family !== 'judge' && (other.verdict === 'suspect' || other.verdict === 'alerting' || other.verdict === 'degraded');
}
