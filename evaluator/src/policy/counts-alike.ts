import type { Judgement } from '@understudy/contracts/evidence';
import { unitHash } from '@understudy/contracts/hash32';

/**
 * Whether a drawn call belongs to a sample in which flagged and plain calls are as frequent as among all calls: of the kind that is drawn more often a part is left
 * out, by a hash of its identity, so that a replay leaves out the same. What is counted without weights is counted over this sample.
 */
export function countsAlike({ traceId, spanId, flagged, sampling }: Pick<Judgement, 'traceId' | 'spanId' | 'flagged' | 'sampling'>): boolean {
  const [own, other] = flagged ? [sampling.flagged, sampling.plain] : [sampling.plain, sampling.flagged];
  return own <= other || unitHash(`${traceId}/${spanId}`) < other / own;
}
