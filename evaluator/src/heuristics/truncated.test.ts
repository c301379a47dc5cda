import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { truncated } from './truncated.ts';

const CUT = 'The quick brown fox jumps over the lazy dog and then it goes on to';

describe('a truncated answer', () => {
  it('is what the provider says, whatever the text looks like', () => {
    expect(truncated(answerOf({ text: 'All done.', finishReason: 'length' }))).toBe(1);
    expect(truncated(answerOf({ text: CUT, finishReason: 'stop' }))).toBe(0);
    expect(truncated(answerOf({ finishReason: 'length' }))).toBe(1);
    expect(truncated(answerOf({ text: CUT, finishReason: 'content_filter' }))).toBe(0);
  });

  const byText = (text: string) => truncated(answerOf({ text }));
  it('is told by the missing end mark where the provider says nothing', () => {
    expect(byText(CUT)).toBe(1);
    expect(byText(`${CUT} sleep.`)).toBe(0);
    expect(byText(`${CUT} **sleep.**`)).toBe(0);
    expect(byText(`${CUT} sleep!  \n`)).toBe(0);
    expect(byText(`${CUT} sleep 😀`)).toBe(0);
    expect(byText('この文章は十分に長いので、終わりの印があるかどうかで切れているかどうかがわかります。それだけのことです。')).toBe(0);
    expect(byText('{"answer": "a rather long value in a JSON object", "n": 1}')).toBe(0);
  });
  it('has an open code block, however it ends', () => {
    expect(byText(`Here is the code that you asked for:\n\`\`\`js\nconst a = (1 + 2);`)).toBe(1);
    expect(byText(`Here is the code that you asked for:\n\`\`\`js\nconst a = (1 + 2)\n\`\`\``)).toBe(0);
  });
  it('is not judged on short text, on code outside a block, or without text', () => {
    expect(byText('Paris')).toBeUndefined();
    expect(byText('class Solution(object):\n    def one(self, number):\n        return number + 1')).toBeUndefined();
    expect(byText(`${CUT}:\n    - 11551 is not divisible by 79 (79 is not`)).toBe(1);
    expect(truncated(answerOf({}))).toBeUndefined();
  });
});
