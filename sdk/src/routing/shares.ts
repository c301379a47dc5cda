/** 32 bits of FNV-1a over the UTF-16 code units, finished by murmur3's mixer so that near ids land far apart. */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Where a conversation stands between 0 and 100, for ever: salted with the route and nothing else, so that
 * a share that grows keeps everybody who is in it already.
 */
export function conversationDraw(routeSeed: number, conversationId: string): number {
  return (hash32(conversationId, routeSeed) / 0x1_0000_0000) * 100;
}
