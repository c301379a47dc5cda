import { describe, expect, it } from 'vitest';
import { isSameModel } from './same-model.ts';

describe('a judge that is the judged model', () => {
  it.each([
    ['gpt-4o', 'openai/gpt-4o'], ['gpt-4o', 'gpt-4o-2024-08-06'], ['openai/gpt-4o-2024-11-20', 'GPT-4o-2024-08-06'], ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
    ['claude-sonnet-4-5', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'], ['claude-sonnet-4-5', 'claude-sonnet-4-5@20250929'], ['gpt-4', 'gpt-4-0613'], ['mistral-large-latest', 'mistral-large-2411'],
    ['gemini-2.5-flash', 'models/gemini-2.5-flash-preview-05-20'.replace('-preview', '')], ['gemini-2.0-flash', 'gemini-2.0-flash-001'], ['openrouter/anthropic/claude-opus-4', 'claude-opus-4-20250514'],
  ])('%s is %s', (judge, judged) => {
    expect(isSameModel(judge, judged, undefined)).toBe(true);
    expect(isSameModel(judged, judge, undefined)).toBe(true);
  });

  it.each([['gpt-4o', 'gpt-4o-mini'], ['gpt-4.1', 'gpt-4'], ['gpt-4.1', 'gpt-4.1-nano'], ['claude-sonnet-4-5', 'claude-sonnet-4'], ['llama-3.1-8b', 'llama-3.1-70b'], ['o1', 'o3'], ['gemini-2.5-flash', 'gemini-2.5-pro']])('%s is not %s', (judge, judged) => {
    expect(isSameModel(judge, judged, undefined)).toBe(false);
  });

  it('is known by the name of the answer too, for an alias may point anywhere', () => {
    expect(isSameModel('gpt-4o', 'our-deployment', 'gpt-4o-2024-08-06')).toBe(true);
    expect(isSameModel('gpt-4o', 'our-deployment', undefined)).toBe(false);
    expect(isSameModel('gpt-4o', '', '')).toBe(false);
  });
});
