/** Longest run of words that is one feature. */
const MOST_WORDS = 3;
/** What stands for every word that is not common, so that the subject of an answer says nothing. */
const RARE = 1;
/** Seeds of the runs, and of those at the opening. */
const SEED = 0x811c9dc5;
const START = 2;
/** Longest head that is read, in tokens. */
const MOST_TOKENS = 256;

const SPACE = 0, WORD = 1, DIGIT = 2, MARK = 3;
const kinds = new Uint8Array(128).map((_, code) => kindOf(String.fromCharCode(code)));
const tokens = new Int32Array(MOST_TOKENS);

function kindOf(char: string): number {
  if (/[a-z']/.test(char)) return WORD;
  if (/[0-9]/.test(char)) return DIGIT;
  return /[.,:;!?]/.test(char) ? MARK : SPACE;
}

/** Hashes (FNV-1a, 32 bits) of the words, numbers and marks of a head, in a buffer that is used again. */
export function refusalTokens(head: string): Int32Array {
  let count = 0;
  let at = 0;
  while (at < head.length && count < MOST_TOKENS) {
    const kind = kinds[head.charCodeAt(at)] ?? SPACE;
    if (kind === SPACE) {
      at += 1;
      continue;
    }
    let hash = SEED;
    do {
      hash = Math.imul(hash ^ head.charCodeAt(at), 0x01000193);
      at += 1;
    } while (kind !== MARK && at < head.length && kinds[head.charCodeAt(at)] === kind);
    tokens[count] = hash;
    count += 1;
  }
  return tokens.subarray(0, count);
}

/**
 * What the classifier of refusals sees of a head: each run of one to three words as a hash, and the first one to three once more as the opening. Words that are not in
 * `common` are alike: it is to learn how a refusal is worded, not what is refused.
 */
export function eachRefusalFeature(words: Int32Array, common: { has(word: number): boolean }, see: (feature: number) => void): void {
  for (let i = 0; i < words.length; i++) if (!common.has(words[i] as number)) words[i] = RARE;
  runsFrom(words, 0, START, see);
  for (let from = 0; from < words.length; from++) runsFrom(words, from, SEED, see);
}

function runsFrom(words: Int32Array, from: number, seed: number, see: (feature: number) => void): void {
  const end = Math.min(words.length, from + MOST_WORDS);
  let hash = seed;
  for (let at = from; at < end; at++) {
    const mixed = Math.imul(hash ^ (words[at] as number), 0x85ebca6b);
    hash = mixed ^ (mixed >>> 13);
    // A rare word alone is in every head.
    if (at > from || words[at] !== RARE || seed === START) see(hash);
  }
}
