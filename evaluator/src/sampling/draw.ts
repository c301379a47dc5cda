/** Not a secret: it keeps the draws apart from whatever else is decided by the same ids, such as a sender's own sampling. */
const SALT = 'understudy judge 1';

/**
 * A number in [0, 1) that belongs to the call: FNV-1a (32 bit) over salt, trace id and span id, then mixed (the finaliser of MurmurHash3), because FNV-1a alone
 * leaves the ids of one sender close together. A call is drawn when it is below the probability: a step that is repeated after a kill draws the same calls, and a
 * higher probability draws all that a lower one had drawn.
 */
export function drawNumber(traceId: string, spanId: string): number {
  let hash = fnv1a(spanId, fnv1a(traceId, SALT_HASH));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

export function isDrawn(traceId: string, spanId: string, probability: number): boolean {
  return drawNumber(traceId, spanId) < probability;
}

function fnv1a(text: string, start: number): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

const SALT_HASH = fnv1a(SALT, 0x811c9dc5 | 0);
