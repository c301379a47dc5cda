import { describe, expect, it } from 'vitest';
import { topicOf } from './shop-facts.ts';
import { QUESTIONS, systemPrompt } from './support-questions.ts';

const NUMBER = /\b(?:\d+(?:[.:]\d+)*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty)\b/gi;
const numbersOf = (text: string) => new Set(text.toLowerCase().match(NUMBER));

describe('what the shop knows', () => {
  it.each(QUESTIONS)('has false facts that differ from the true ones in what they say alone: %s', (question) => {
    const given = numbersOf(systemPrompt(question));
    for (const { right, wrong } of topicOf(question).facts) {
      expect(wrong).not.toBe(right);
      expect(Math.abs(wrong.length / right.length - 1)).toBeLessThan(0.1);
      expect([...numbersOf(right)].filter((number) => !given.has(number)), right).toEqual([]);
      expect([...numbersOf(wrong)].filter((number) => !given.has(number)), wrong).toEqual([]);
    }
  });

  it('puts into the prompt what is known of the question\'s topic, and no other topic', () => {
    const prompt = systemPrompt('How long is the warranty?');
    expect(prompt).toContain('warranty of two years');
    expect(prompt).not.toContain('wallets');
    expect(prompt.length).toBeLessThan(1_500);
  });
});
