import type { Judgement } from '@understudy/contracts/evidence';
import { initialRecoveryState, recoveryEvidence, updateRecovery } from '../detectors/recovery-e-process.ts';
import { feedRate, rateStream, restartStream } from '../detectors/rate-stream.ts';
import { countsAlike } from './counts-alike.ts';
import type { DecideState, HostileTexts, RouteState } from './route-state.ts';
import { LEAST_THRESHOLD } from './target-health.ts';

/** Above this share of hostile texts somebody should look: leaving them out is itself a way to hide a change. */
const ALERTING_SHARE = 0.02;
/** Above this one the judge sees too little of the traffic to have a say. */
const DOUBTING_SHARE = 0.15;
const ALPHA = 0.01;
/** Then the proof begins again: what an attack has cost it must not delay the end by as long again. */
const HOPELESS = 1e-2;

/** Counts one text that the judge was to see. */
export function noteText(state: DecideState, route: RouteState, judgement: Judgement): void {
  if (!countsAlike(judgement)) return;
  const hostile = judgement.outcome.kind === 'excluded' ? 1 : 0;
  route.hostile ??= { alerting: rateStream(ALERTING_SHARE), doubting: rateStream(DOUBTING_SHARE), sinceMs: undefined, recovery: undefined };
  const texts = route.hostile;
  feedRate(texts.alerting, hostile);
  feedRate(texts.doubting, hostile);
  if (texts.alerting.statistic >= LEAST_THRESHOLD && texts.sinceMs === undefined) {
    texts.sinceMs = state.nowMs;
    texts.recovery = { components: initialRecoveryState() };
  }
  if (texts.recovery === undefined) return;
  updateRecovery(texts.recovery.components, hostile, isDoubtful(texts) ? DOUBTING_SHARE : ALERTING_SHARE);
  const evidence = recoveryEvidence(texts.recovery.components);
  if (evidence >= 1 / ALPHA) calm(texts);
  else if (evidence < HOPELESS) texts.recovery = { components: initialRecoveryState() };
}

/** Whether so many texts are hostile that what the judge says of the rest decides nothing. */
export function isDoubtful(texts: HostileTexts | undefined): boolean {
  return texts !== undefined && texts.doubting.statistic >= LEAST_THRESHOLD;
}

/** The share is proved small again: the large one first, then the one that only asks for a look. */
function calm(texts: HostileTexts): void {
  if (isDoubtful(texts)) {
    restartStream(texts.doubting);
    texts.recovery = { components: initialRecoveryState() };
    return;
  }
  restartStream(texts.alerting);
  texts.sinceMs = undefined;
  texts.recovery = undefined;
}
