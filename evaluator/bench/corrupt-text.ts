// What wrong token ids do to a text. Model: a text is pieces of at most six characters (about 4.5 on average, as byte-pair tokens of English prose are); each is replaced with
// probability `share` by the piece of another id. Of those, `otherScript` are in letters that are not Latin, `halfCharacter` are part of a UTF-8 sequence, which decodes to U+FFFD,
// the rest Latin. The two shares were solved from what corruption of o200k_base ids gave: at 3 % of the ids of answers of 200 tokens, 72 % of the answers had other letters when ids
// were off and 86 % when they were random (1 − (1 − q)^6: q = 0.19 and 0.28), 38 % had U+FFFD (q = 0.08). How scripts divide their share is an estimate of that vocabulary.
const PIECE = /\s?[^\s]{1,6}|\s+/gu;

interface CorruptionModel { readonly otherScript: number; readonly halfCharacter: number }
export const WRONG_IDS: CorruptionModel = { otherScript: 0.19, halfCharacter: 0.08 };
export const RANDOM_IDS: CorruptionModel = { otherScript: 0.28, halfCharacter: 0.01 };

/** Weight, first letter, letters, and how long pieces are. */
const SCRIPTS: readonly (readonly [weight: number, first: number, letters: number, longest: number])[] = [
  [40, 0x430, 32, 4], [17, 0x627, 36, 4], [15, 0x4e00, 8000, 2], [6, 0xac00, 11000, 2], [6, 0x915, 36, 3], [3, 0x5d0, 27, 4], [3, 0xe01, 45, 4], [3, 0x3042, 80, 3], [3, 0x3b1, 24, 4], [2, 0x10d0, 33, 4], [2, 0x995, 36, 3],
];
const WEIGHTS = SCRIPTS.reduce((sum, [weight]) => sum + weight, 0);

/** Mulberry32: the same seed gives the same corruption. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function corruptText(text: string, share: number, model: CorruptionModel, random: () => number): string {
  return text.replace(PIECE, (piece) => (random() < share ? otherPiece(model, random) : piece));
}

function otherPiece({ otherScript, halfCharacter }: CorruptionModel, random: () => number): string {
  const kind = random();
  if (kind < halfCharacter) return '\ufffd';
  if (kind < halfCharacter + otherScript) return foreignPiece(random);
  return ` ${lettersOf(0x61, 26, 1 + Math.floor(random() * 6), random)}`;
}

function foreignPiece(random: () => number): string {
  let left = random() * WEIGHTS;
  for (const [weight, first, letters, longest] of SCRIPTS) {
    left -= weight;
    if (left <= 0) return lettersOf(first, letters, 1 + Math.floor(random() * longest), random);
  }
  return '';
}

function lettersOf(first: number, letters: number, length: number, random: () => number): string {
  return Array.from({ length }, () => String.fromCharCode(first + Math.floor(random() * letters))).join('');
}
