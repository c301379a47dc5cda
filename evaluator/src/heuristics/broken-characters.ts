import type { Answer } from './answer.ts';
import { bad, type Finding, GOOD, type Heuristic } from './heuristic.ts';
import { mayHaveSuspects } from './tokens.ts';

/** Of coloured terminal output. */
const ESCAPE = String.fromCharCode(27);

/** Line breaks, tabs and escapes are no errors; U+F8FF is Apple's own sign. */
const KINDS = {
  replacement: /\ufffd/,
  control: new RegExp(`(?![\\t\\n\\f\\r\\u0085${ESCAPE}])\\p{Cc}|[\\ufffe\\uffff]`, 'u'),
  'private-use': /[\ue000-\uf8fe]/,
  surrogate: /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/,
  // UTF-8 that was read as Windows-1252 or Latin-1.
  mojibake: /Ã[\u0080-\u00bf\u0152-\u0192\u02c6-\u2122]|â€[\u0080-\u00bf\u0152-\u0192\u02c6-\u2122]|Â[\u0080-\u009f\u00a0-\u00bf](?!\p{Ll})|ï¿½|ðŸ/u,
} as const;

const FLAGS = Object.entries(KINDS).map(([kind, pattern]) => ({ pattern, finding: bad(`broken-characters:${kind}`) }));

/** 1 when the answer has characters that no one writes. What the request itself has may be quoted: then it is not known. */
export const brokenCharacters: Heuristic = { signal: 'broken_characters', version: 1, score };

function score({ text, questionText, inputText, systemText, toolText }: Answer): Finding | undefined {
  if (text === undefined) return undefined;
  if (!mayHaveSuspects(text)) return GOOD;
  const found = FLAGS.find(({ pattern }) => pattern.test(text));
  if (found === undefined) return GOOD;
  return [questionText, inputText, systemText, toolText].some((sent) => sent !== undefined && found.pattern.test(sent)) ? undefined : found.finding;
}
