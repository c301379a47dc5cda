import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replayCalls } from '@understudy/evaluator/replay/replay-calls';
import { shuffled } from '@understudy/evaluator/replay/shuffle';
import { collectPopulations, type PopulationOptions } from '../../cli/src/rows/populations.ts';

/** Answers of two versions of a model to the same prompts lie beside the checkout, not in it; a clone has none. */
const FOLDER = join(import.meta.dirname, '../../../shared/data/llmdrift');
const hasAnswers = existsSync(FOLDER);
if (!hasAnswers) console.log('Recorded drift (../shared/data/llmdrift) is not here: its tests are skipped.');

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
const options: Omit<PopulationOptions, 'baseline'> = { map: ['output=answer,latencySeconds=latency,costUsd=cost,outputTokens=answer_token'], baselineMin: 50, shuffleSeed: 1 };

describe.skipIf(!hasAnswers)('a provider\'s real change of a model, March to June 2023', () => {
  it.each(['PRIME_FULL', 'SENSITIVEQ'])('%s: the length of the answers is named within 30 calls, for 20 of 20 orders', async (name) => {
    const { baseline, current } = await collectPopulations([join(FOLDER, `${name}_EVAL.csv`)], { ...options, baseline: ['model=openaichat/gpt-4-0314'], current: ['model=openaichat/gpt-4-0613'] });
    const replays = SEEDS.map((seed) => replayCalls('gpt-4', baseline, shuffled(current, seed)));
    const found = replays.map(({ detections }) => detections.find(({ signal }) => signal === 'length')?.atCall ?? Number.POSITIVE_INFINITY);
    const switched = replays.map(({ wouldSwitchAtCall }) => wouldSwitchAtCall ?? Number.POSITIVE_INFINITY);
    console.table({ [name]: { 'length found after, most': Math.max(...found), 'would switch after, most': Math.max(...switched) } });
    expect(Math.max(...found)).toBeLessThanOrEqual(30);
    expect(Math.max(...switched)).toBeLessThanOrEqual(30);
  });

  it.each(['openaichat/gpt-3.5-turbo-0301', 'openaichat/gpt-4-0314'])('two halves of %s: nothing would switch, for 20 of 20 orders', async (model) => {
    const halves = await collectPopulations([join(FOLDER, 'PRIME_FULL_EVAL.csv')], { ...options, baseline: [`model=${model}`], halves: true });
    const rows = [...halves.baseline, ...halves.current];
    for (const seed of SEEDS) {
      const order = shuffled(rows, seed);
      const replay = replayCalls(model, order.slice(0, rows.length / 2), order.slice(rows.length / 2));
      expect(replay).toMatchObject({ detections: [], wouldSwitchAtCall: undefined });
    }
  });
});
