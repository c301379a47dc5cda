import { expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { opener } from './opener.ts';

it.each(['Certainly! Here', 'Sure, I can', 'I’d be happy to help', 'Here\'s the code', ' Natürlich, gern', 'Bien sûr !', '当然可以', 'はい、そうです', 'Конечно, вот'])('marks a stock phrase: %s', (text) => {
  expect(opener.score(answerOf({ text }))?.score).toBe(1);
});
it.each(['Surely not.', 'Hereabouts', 'The answer is certainly 4.', 'Claros', '42'])('lets others pass: %s', (text) => {
  expect(opener.score(answerOf({ text }))?.score).toBe(0);
});
it('says nothing of nothing', () => expect(opener.score(answerOf({ text: '' }))).toBeUndefined());
