import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { irrelevance, unsupported } from './word-overlap.ts';

const question = 'My parcel with the green garden chairs has not arrived yet although the tracking number promised delivery yesterday evening.';
const fitting = 'I am sorry that your parcel has not arrived. The tracking says that the delivery of the green chairs was planned for yesterday evening; please check with garden neighbours, the number is still active as promised.';
const foreign = 'The capital city of France lies on the river Seine and has about two million inhabitants, museums, theatres and universities.';
const given = (text: string, more: object = {}) => answerOf({ text, questionText: question, inputText: question, ...more });

describe('words of the question', () => {
  it('come again in an answer to it, in whatever form, and not in an answer to another', () => {
    expect(irrelevance.score(given(fitting))?.score).toBeLessThan(0.3);
    expect(irrelevance.score(given(foreign))?.score).toBe(1);
    expect(irrelevance.score(given(question.toUpperCase()))?.score).toBe(0);
  });
  it('say nothing where there are few, in JSON, and in scripts that are not read', () => {
    expect(irrelevance.score(given('Fine.', { questionText: 'How are you today?' }))).toBeUndefined();
    expect(irrelevance.score(given('{"parcel": "green"}'))).toBeUndefined();
    expect(irrelevance.score(given('您的包裹尚未送达。'))).toBeUndefined();
    expect(irrelevance.score(answerOf({ text: fitting }))).toBeUndefined();
  });
});

describe('words of the answer', () => {
  it('stand in the prompt when it was made from it', () => {
    expect(unsupported.score(given(foreign))?.score).toBe(1);
    expect(unsupported.score(given(foreign, { systemText: foreign }))?.score).toBe(0);
    expect(unsupported.score(given(foreign, { toolText: foreign }))?.score).toBe(0);
    expect(unsupported.score(given('Too few words.'))).toBeUndefined();
  });
});

it('both stay shares, whatever the texts, and do not depend on what was scored before', () => {
  const text = fc.oneof(fc.string(), fc.lorem({ maxCount: 60 }), fc.string({ unit: 'binary' }));
  fc.assert(fc.property(text, text, text, (answer, asked, system) => {
    const facts = answerOf({ text: answer, questionText: asked, inputText: `${system} ${asked}`, systemText: system });
    for (const heuristic of [irrelevance, unsupported]) {
      const first = heuristic.score(facts)?.score;
      heuristic.score(answerOf({ text: foreign, questionText: question, inputText: question }));
      expect(heuristic.score(facts)?.score).toBe(first);
      expect(first === undefined || (first >= 0 && first <= 1)).toBe(true);
    }
  }));
});
