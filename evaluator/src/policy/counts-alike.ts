import type { Judgement } from '@understudy/contracts/evidence';

/**
 * Whether a drawn call belongs to a sample in which flagged and plain calls are as frequent as among all calls: of the kind that is drawn more often a part is left
 * out, by a hash of its identity, so that a replay leaves out the same. What is counted without weights is counted over this sample.
 */
export function countsAlike({ traceId, spanId, flagged, sampling }: Pick<Judgement, 'traceId' | 'spanId' | 'flagged' | 'sampling'>): boolean {
  const [own, other] = flagged ? [sampling.flagged, sampling.plain] : [sampling.plain, sampling.flagged];
  return own <= other || unitHash(`${traceId}/${spanId}`) < other / own;
}

/** FNV-1a of the text, finished by Murmur's mixer, as a number in [0, 1). */
export function unitHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
