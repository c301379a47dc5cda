import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { brokenCharacters } from './broken-characters.ts';
import { PARAGRAPHS } from './languages.fixture.ts';

const scoreOf = (text: string, questionText = 'What is new?') => brokenCharacters.score(answerOf({ text, questionText }));

describe('broken characters', () => {
  it.each([
    ['replacement', 'The caf\ufffd is open.'], ['control', 'The caf\u0003 is open.'], ['control', 'The caf\u009d is open.'], ['private-use', 'The \ue123 is open.'], ['surrogate', 'The \ud83d is open.'], ['surrogate', 'The \ude00 is open.'],
    ['mojibake', 'The cafÃ© is open.'], ['mojibake', 'Itâ€™s open.'], ['mojibake', 'Â©\u00a02024, 5Â°'], ['mojibake', 'ðŸ˜€'],
  ])('are seen: %s', (kind, text) => expect(scoreOf(text)).toEqual({ score: 1, flags: [`broken-characters:${kind}`] }));

  it.each(['plain\ttext\r\nof lines', '\u001b[31mred\u001b[0m', 'é ã NÃO, CÂMARA, AÇÃO, mâle; naïve 5° © € ™ …', '😀👩‍👩‍👧 🇩🇪', '\u200b\ufeff\u00ad', '𝑥 ∈ ℝ', '\u{20000}', '', ...Object.values(PARAGRAPHS)])('are not there: %s', (text) => expect(scoreOf(text)?.score).toBe(0));

  it('are not known when the request has them itself, or without text', () => {
    expect(scoreOf('You wrote "caf\ufffd".', 'What is caf\ufffd?')).toBeUndefined();
    expect(brokenCharacters.score(answerOf({}))).toBeUndefined();
  });
});
