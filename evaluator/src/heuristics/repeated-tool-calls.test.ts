import { expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import type { ToolCall } from './answer.ts';
import { repeatedToolCalls } from './repeated-tool-calls.ts';

const call = (argumentsText: string | undefined, name = 'search'): ToolCall => ({ name, argumentsText });
const scoreOf = (toolCalls: ToolCall[], previousToolCalls?: ToolCall[]) => repeatedToolCalls.score(answerOf({ toolCalls, previousToolCalls }))?.score;

it('marks the same call twice in an answer, or once more as the last one of the conversation', () => {
  expect(scoreOf([call('{"q":1}'), call('{ "q": 1 }')])).toBe(1);
  expect(scoreOf([call('{"q":1}')], [call('{"q":2}'), call('{"q":1}')])).toBe(1);
});
it('lets other arguments, other tools and earlier calls pass', () => {
  expect(scoreOf([call('{"q":1}'), call('{"q":2}')])).toBe(0);
  expect(scoreOf([call('{"q":1}')], [call('{"q":1}', 'open')])).toBe(0);
  expect(scoreOf([call('{"q":1}')], [call('{"q":1}'), call('{"q":2}')])).toBe(0);
});
it('says nothing without calls, or without their arguments', () => {
  expect(scoreOf([])).toBeUndefined();
  expect(scoreOf([call(undefined), call(undefined)])).toBeUndefined();
});
