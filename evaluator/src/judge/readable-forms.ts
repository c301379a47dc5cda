/** Letters of other alphabets that look like Latin ones; those that attacks use, not the thousands that exist. */
const LOOKALIKES = new Map([...'аaеeоoрpсcуyхxіiѕsјjԁdһhӏlԛqԝwвbкkмmнhтtгrпnАAВBЕEКKМMНHОOРPСCТTУYХXІIЅSЈJαaεeοoρpιiκkνvτtυuχxηnΑAΒBΕEΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXΖZ'].reduce<[string, string][]>((pairs, letter, i, all) => {
  if (i % 2 === 1) pairs.push([all[i - 1] ?? '', letter]);
  return pairs;
}, []));
const LOOKALIKE = new RegExp(`[${[...LOOKALIKES.keys()].join('')}]`, 'g');
const LEET: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's' };

/** Invisible letters (U+E0020…), one for each of ASCII. */
const TAG_LETTER = /[\u{E0020}-\u{E007E}]/gu;
const NOT_SEEN = /\p{Cf}|\u{E0001}|\u115F|\u1160|\u3164|\uFE0F/gu;
/** Accents of Latin, Greek and Cyrillic letters; the vowel signs of other scripts are letters of their own. */
const ACCENT = /[\u0300-\u036f]/g;

/** A text as it is read, in lower case: without what is not seen, without accents and fancy letters, with single spaces and line breaks (which also keeps patterns from running over long gaps). */
export function seenText(text: string): string {
  return text.replace(TAG_LETTER, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) - 0xe0000)).normalize('NFKD').replace(NOT_SEEN, '').replace(ACCENT, '').normalize('NFC').toLowerCase().replace(/[^\S\n]+/g, ' ').replace(/\n[\n ]+/g, '\n').replace(/[“”„«»]/g, '"').replace(/[’‘]/g, '\'');
}

/** The same with everything that looks Latin made Latin. */
export function latinText(seen: string): string {
  return seen.replace(LOOKALIKE, (letter) => LOOKALIKES.get(letter)?.toLowerCase() ?? letter);
}

/** Other readings of a text: what is encoded, spelled out, written backwards or in digits. Only where it looks so; each a text of its own. */
export function hiddenTexts(text: string): string[] {
  const latin = latinText(seenText(text));
  return [
    ...decodedLumps(text), ...spelledOut(text),
    ...(/erongi|dragersid|snoitcurtsni|redarg|egduj|rotaulave|skcehc|erocs/.test(latin) ? [[...text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')].toReversed().join('')] : []),
    ...(/vtaber|vafgehpgvba|tenqre|rinyhngbe|purpx|whqtr|fpber/.test(latin) ? [rotated(text)] : []),
    ...(/[a-z][0134578@$]+[a-z]/.test(latin) ? [text.replace(/\S*[a-z]\S*/gi, (word) => word.replace(/[013457@$]/g, (sign) => LEET[sign] ?? sign))] : []),
  ];
}

/** Lumps that are decoded, at most: more is work for nothing. */
const MOST_LUMPS = 20;

function decodedLumps(text: string): string[] {
  const base64 = [...text.matchAll(/[A-Za-z0-9+/_-]{24,8192}={0,2}/g)].slice(0, MOST_LUMPS).map(([lump]) => Buffer.from(lump, 'base64').toString('utf8'));
  const hex = [...text.matchAll(/(?:[0-9a-f]{2}[ :]?){16,4096}/gi)].slice(0, MOST_LUMPS).map(([lump]) => Buffer.from(lump.replace(/[ :]/g, ''), 'hex').toString('utf8'));
  const escaped = [
    ...(/(?:%[0-9a-f]{2}[^%]{0,20}){4}/i.test(text) ? [text.replace(/%([0-9a-f]{2})/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)))] : []),
    ...(/(?:&#x?[0-9a-f]{2,6};){6}/i.test(text) ? [text.replace(/&#(x?)([0-9a-f]{2,6});/gi, (_all, x: string, code: string) => letterOf(Number.parseInt(code, x === '' ? 10 : 16)))] : []),
    ...(/(?:\\u[0-9a-f]{4}){6}/i.test(text) ? [text.replace(/\\u([0-9a-f]{4})/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)))] : []),
  ];
  return [...base64, ...hex, ...escaped].filter(isReadable);
}

function letterOf(code: number): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
}

/** Mostly letters and spaces: not the noise that comes of decoding what was never encoded. */
function isReadable(text: string): boolean {
  const letters = text.match(/[\p{L}\p{M}\p{N}\s.,:;!?"'/]/gu)?.length ?? 0;
  return text.length >= 12 && letters >= 0.85 * text.length;
}

/** `i g n o r e`, `i-g-n-o-r-e`: every other sign is the same. */
function spelledOut(text: string): string[] {
  return [...text.matchAll(/.([ \-._*|/])(?:.\1){10,2000}.?/gsu)].slice(0, MOST_LUMPS).map(([run]) => [...run].filter((_letter, i) => i % 2 === 0).join(''));
}

function rotated(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(base + ((letter.charCodeAt(0) - base + 13) % 26));
  });
}
