import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectPopulations, type PopulationOptions } from './populations.ts';

let file = '';
beforeAll(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'understudy-rows-')), 'answers.csv');
  // Rows can be told apart by the length of their answer.
  await writeFile(file, `version,answer\n${Array.from({ length: 100 }, (_, i) => `${i < 60 ? 'old' : 'new'},${'x'.repeat(i + 1)}`).join('\n')}\n`);
});
afterAll(() => rm(join(file, '..'), { recursive: true }));

const collect = (options: Partial<PopulationOptions>) => collectPopulations([file], { map: ['output=answer'], baseline: ['version=old'], current: ['version=new'], baselineMin: 50, shuffleSeed: 1, ...options });
const lengths = (calls: readonly { length?: number }[]) => calls.map(({ length }) => length ?? Number.NaN);
const sorted = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other);

describe('the rows to learn from and the rows to watch', () => {
  it('are told by their columns; those to watch come in the order of the seed', async () => {
    const { baseline, current } = await collect({});
    expect(lengths(baseline)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(sorted(lengths(current))).toEqual(Array.from({ length: 40 }, (_, i) => i + 61));
    expect(lengths((await collect({})).current)).toEqual(lengths(current));
    expect(lengths((await collect({ shuffleSeed: 2 })).current)).not.toEqual(lengths(current));
  });

  it('are two halves of the baseline\'s rows for the control, whatever --current says', async () => {
    const { baseline, current } = await collect({ halves: true, baselineMin: 30, current: ['version=nonsense'] });
    expect([baseline.length, current.length]).toEqual([30, 30]);
    expect(sorted([...lengths(baseline), ...lengths(current)])).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  });

  it('are refused with a hint when there are none or too few', async () => {
    await expect(collect({ current: ['version=newer'] })).rejects.toMatchObject({ code: 'USAGE', fix: '"version" is one of: old, new.' });
    await expect(collect({ baseline: ['verson=old'] })).rejects.toMatchObject({ code: 'USAGE', fix: expect.stringContaining('There is no column or attribute "verson".') });
    await expect(collect({ baselineMin: 61 })).rejects.toMatchObject({ code: 'USAGE', message: '60 rows to learn from (version=old) are fewer than 61' });
    await expect(collect({ halves: true })).rejects.toMatchObject({ code: 'USAGE', message: '30 rows to learn from (version=old) are fewer than 50' });
    await expect(collect({ current: [] })).rejects.toMatchObject({ code: 'USAGE', message: '--current is missing' });
    await expect(collect({ baseline: ['old'] })).rejects.toMatchObject({ code: 'USAGE', fix: 'Write --baseline column=value.' });
  });
});
