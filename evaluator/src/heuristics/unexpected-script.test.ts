import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { PARAGRAPHS } from './languages.fixture.ts';
import { unexpectedScript } from './unexpected-script.ts';

const QUESTION = 'How do I reset my password?';
const scoreOf = (text: string, known: Parameters<typeof answerOf>[0] = {}) => unexpectedScript.score(answerOf({ text, questionText: QUESTION, ...known }));

describe('letters of a script that does not belong there', () => {
  it.each([
    ['Han', 'Open the settings and choose 安 Security.'], ['Thai', 'Open the ก settings.'], ['Cyrillic', 'Open the settings и choose Security.'], ['Arabic', 'Open و the settings.'], ['Hangul', 'Open 는 the settings.'], ['Devanagari', 'Open क the settings.'],
    ['Kana', 'Open the settings です and choose.'], ['Hebrew', 'Open the settings של and choose.'], ['Greek', 'Open the ρυθμίσεις and choose.'], ['Georgian', 'Open the და settings.'], ['Han', 'Open the \u{20000} settings.'],
  ])('are seen: %s', (script, text) => expect(scoreOf(text)).toEqual({ score: 1, flags: [`unexpected-script:${script}`] }));

  it.each([
    'Open the settings and choose "Security".', 'The angle α equals 2β, and Δx is 3 µm; 2αβ is their product.', 'Naïve café, Übergröße, ¿qué?, Łódź, Ελ', '✅ Done 😀 → next', 'x ∈ ℝ, ∑ 𝑥² ≤ 4', 'Press ⌘ + ⇧ ＋ ！', 'a、b', '',
  ])('are not there: %s', (text) => expect(scoreOf(text)?.score).toBe(0));

  it('belong there when the question, the conversation, the system prompt or a tool has them, or a language is named', () => {
    const text = 'The word is 你好.';
    expect(scoreOf(text)?.score).toBe(1);
    for (const known of [{ questionText: 'What does 谢谢 mean?' }, { inputText: '谢谢' }, { systemText: '你是客服' }, { toolText: '["谢谢"]' }, { questionText: 'How do you say hello in Chinese?' }, { expect: { languages: ['zh'] } }]) expect(scoreOf(text, known)?.score).toBe(0);
    expect(scoreOf('こんにちは、世界', { questionText: 'これは' })?.score).toBe(0);
    expect(scoreOf('Привет', { questionText: 'How do you say hello in Chinese?' })?.score).toBe(1);
  });

  it('are not judged when a translation is asked for, or when nothing of the request is known', () => {
    expect(scoreOf('你好', { questionText: 'Translate "hello", please.' })).toBeUndefined();
    expect(scoreOf('你好', { questionText: undefined })).toBeUndefined();
    expect(unexpectedScript.score(answerOf({}))).toBeUndefined();
  });

  it('are none in an answer in the script of its question, whichever', () => {
    for (const text of Object.values(PARAGRAPHS)) expect(scoreOf(text, { questionText: text.slice(0, 60) })?.score).toBe(0);
  });
});
