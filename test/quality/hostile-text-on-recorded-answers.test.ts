import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostileText } from '@understudy/evaluator/judge/hostile-text';
import { builtInRubric } from '@understudy/evaluator/judge/rubric';
import { describe, expect, it } from 'vitest';
import { csvRows } from '../../evaluator/bench/labelled-data.ts';

/** Real prompts and answers lie beside the checkout, not in it; a clone has none. Nobody in them attacks a judge. */
const FOLDER = join(import.meta.dirname, '../../../shared/data');
const isHere = existsSync(FOLDER);
if (!isHere) console.log('Recorded answers (../shared/data) are not here: how many of them are taken for attacks is not measured.');

const FILES = ['xstest/xstest_v2_completions_llama2orig', 'xstest/xstest_v2_completions_mistralguard', 'xstest/xstest_v2_completions_mistralinstruct', 'xstest/xstest_prompts', 'llmdrift/LEETCODE_EASY_EVAL', 'llmdrift/PRIME_FULL_EVAL', 'llmdrift/SENSITIVEQ_EVAL'];

function items(file: string): { input: string; output: string }[] {
  const [header = [], ...rows] = csvRows(readFileSync(join(FOLDER, `${file}.csv`), 'utf8'));
  const [input, output] = [['prompt', 'query'], ['completion', 'answer']].map((names) => header.findIndex((name) => names.includes(name)));
  return rows.filter((row) => row.length === header.length).map((row) => ({ input: row[input ?? -1] ?? '', output: row[output ?? -1] ?? '' }));
}

describe.skipIf(!isHere)('real prompts and answers', () => {
  it('are taken for attacks on the judge in at most 0.2 % of the cases', () => {
    const rubric = builtInRubric('answer');
    const all = FILES.flatMap(items);
    const accused = all.filter((item) => hostileText({ rubric, system: '', ...item }) !== undefined);
    console.log(`taken for attacks: ${accused.length} of ${all.length} real prompts and answers`);
    expect(all.length).toBeGreaterThan(6_000);
    expect(accused.length / all.length).toBeLessThanOrEqual(0.002);
  });
});
