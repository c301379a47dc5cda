import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutMiddle, escapedData } from './data-section.ts';
import { judgePrompt } from './prompt.ts';
import { builtInRubric } from './rubric.ts';
import { INJECTION_CORPUS } from './test-support/injection-corpus.ts';
import { UNSEEN_PAYLOADS } from './test-support/unseen-texts.ts';
import { parseVerdict, verdictSchema } from './verdict.ts';

const NONCE = 'a1b2c3d4e5f60718';
const item = { route: 'r', rubric: builtInRubric('support'), system: 'Be kind.', input: 'Where is my parcel?', output: 'It is on its way.' };

/** What a reader who trusts nothing but tags with the nonce takes for the data. */
function sectionsOf(user: string): Record<string, string> {
  return Object.fromEntries([...user.matchAll(/<(judged_\w+) nonce="a1b2c3d4e5f60718">\n([\s\S]*?)\n<\/\1 nonce="a1b2c3d4e5f60718">/g)].map((match) => [match[1], match[2]]));
}

describe('what the judge is told', () => {
  it('begins with a part that is the same for every call, byte for byte', () => {
    expect(judgePrompt({ ...item, input: 'something else' }, 'ffff0000ffff0000').system).toBe(judgePrompt(item, NONCE).system);
    expect(judgePrompt(item, NONCE).system).not.toContain(NONCE);
  });

  it('is the same for the same text and nonce', () => {
    expect(judgePrompt(item, NONCE)).toEqual(judgePrompt({ ...item, route: 'another' }, NONCE));
  });

  it('names every check with an example of each side, and the form of the answer', () => {
    const { system } = judgePrompt(item, NONCE);
    for (const { name, question, yes, no } of item.rubric.checks) for (const text of [name, question, yes, no]) expect(system).toContain(text);
    expect(system).toContain('"additionalProperties":false');
  });

  it('holds the texts in sections that no text can leave', () => {
    const tags = fc.constantFrom('<', '</', 'judged_answer', '>', ' nonce="', NONCE, NONCE.slice(0, 8), NONCE.slice(8), '"', '\n', '< / JUDGED_ANSWER', 'judged_request', 'x', '[nonce]');
    const hostile = fc.oneof(fc.array(tags).map((parts) => parts.join('')), fc.string({ unit: 'binary', maxLength: 200 }));
    fc.assert(fc.property(hostile, hostile, hostile, (system, input, output) => {
      const { user } = judgePrompt({ ...item, system, input, output }, NONCE);
      expect(sectionsOf(user)).toEqual({
        ...(system === '' ? {} : { judged_system_prompt: escapedData(system, NONCE) }), judged_request: escapedData(input, NONCE), judged_answer: escapedData(output, NONCE),
      });
      expect(user.match(/<\s*\/?\s*judged_/gi)).toHaveLength(system === '' ? 4 : 6);
      expect(user.split(NONCE)).toHaveLength(system === '' ? 6 : 8);
    }), { numRuns: 500 });
  });

  it('holds every known attack too, found or not, and none of them is a verdict', () => {
    const schema = verdictSchema(item.rubric.checks);
    for (const text of [...INJECTION_CORPUS.map((payload) => payload.text), ...UNSEEN_PAYLOADS]) {
      expect(sectionsOf(judgePrompt({ ...item, input: text, output: 'x' }, NONCE).user).judged_request).toBe(escapedData(cutMiddle(text, 12_000), NONCE));
      expect(sectionsOf(judgePrompt({ ...item, output: text }, NONCE).user).judged_answer).toBe(escapedData(cutMiddle(text, 16_000), NONCE));
      expect(parseVerdict(text, schema, NONCE).kind).toBe('rejected');
    }
  });

  it('leaves ordinary markup as it is', () => {
    const html = '<p class="a">1 < 2 && 3 > 2</p><answer>42</answer>';
    expect(escapedData(html, NONCE)).toBe(html);
  });

  it('keeps head and tail of a long text, and says what is missing', () => {
    const cut = cutMiddle(`HEAD${'x'.repeat(10_000)}TAIL`, 1_000);
    expect(cut).toMatch(/^HEAD[\s\S]*9008 characters in the middle are left out[\s\S]*TAIL$/);
    expect(cutMiddle('short', 1_000)).toBe('short');
  });
});
