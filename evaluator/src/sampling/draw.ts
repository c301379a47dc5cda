import { fnv1a, unitHash } from '@understudy/contracts/hash32';

/** Not a secret: it keeps the draws apart from whatever else is decided by the same ids, such as a sender's own sampling. */
const SALT_HASH = fnv1a('understudy judge 1');

/**
 * A number in [0, 1) that belongs to the call: FNV-1a (32 bit) over salt, trace id and span id, then mixed (the finaliser of MurmurHash3), because FNV-1a alone
 * leaves the ids of one sender close together. A call is drawn when it is below the probability: a step that is repeated after a kill draws the same calls, and a
 * higher probability draws all that a lower one had drawn.
 */
export function drawNumber(traceId: string, spanId: string): number {
  return unitHash(spanId, fnv1a(traceId, SALT_HASH));
}

export function isDrawn(traceId: string, spanId: string, probability: number): boolean {
  return drawNumber(traceId, spanId) < probability;
}
