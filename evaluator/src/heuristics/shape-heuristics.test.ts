import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { bullets, fence, heading } from './shape-heuristics.ts';

const shapeOf = (text: string) => [fence, heading, bullets].map((heuristic) => heuristic.score(answerOf({ text }))?.score);

describe('the shape of an answer', () => {
  it.each([
    ['Plain words.\nAnd - a dash, 2.5 # or so.', [0, 0, 0]], ['Text:\n```js\n# no heading\n- no item\n- nor this\n```', [1, 0, 0]], ['~~~\nx\n~~~\n# Title', [1, 1, 0]],
    ['## Steps\n1. one\n2) two', [0, 1, 1]], ['- one\n  * two', [0, 0, 1]], ['• eins\n• zwei', [0, 0, 1]], ['- a single dash', [0, 0, 0]], ['#hashtag and ####### seven', [0, 0, 0]], ['2024. A year', [0, 0, 0]],
  ])('%j has fence, heading, bullets %j', (text, shape) => {
    expect(shapeOf(text)).toEqual(shape);
  });
  it('is not known without a text', () => {
    expect(shapeOf('')).toEqual([undefined, undefined, undefined]);
    expect(fence.score(answerOf({}))).toBeUndefined();
  });
});
