/** Where FNV-1a (32 bit) begins. */
export const FNV_START = 0x811c9dc5;

/** FNV-1a (32 bit, signed) over the UTF-16 code units of a text, on from `start`. The same in every process and language. */
export function fnv1a(text: string, start = FNV_START): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

/** FNV-1a finished by the mixer of MurmurHash3, 0 to 2^32 − 1: FNV-1a alone leaves near texts close together. */
export function hash32(text: string, start = FNV_START): number {
  return mixed(fnv1a(text, start));
}

/** The same as a number in [0, 1). */
export function unitHash(text: string, start = FNV_START): number {
  return hash32(text, start) / 2 ** 32;
}

function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
