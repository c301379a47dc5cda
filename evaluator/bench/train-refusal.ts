// Writes evaluator/src/heuristics/refusal-weights.ts: `node evaluator/bench/train-refusal.ts`, with the labelled answers beside the checkout.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasLabelledData, NO_DATA } from './labelled-data.ts';
import { packRefusalModel, trainRefusalModel } from './refusal-training.ts';
import { trainingAnswers } from './training-answers.ts';

const FILE = join(import.meta.dirname, '../src/heuristics/refusal-weights.ts');

if (hasLabelledData) {
  const { common, features, weights, unit, bias } = packRefusalModel(trainRefusalModel(trainingAnswers()));
  writeFileSync(FILE, [
    '/**', ' * Written by evaluator/bench/train-refusal.ts. Hashes and weights only, derived from the labels of XSTest (Röttger et al., CC-BY-4.0) and LLMDrift (Chen, Zaharia, Zou, Apache-2.0);', ' * no text of either.', ' */',
    'export const REFUSAL_WEIGHTS = {', `  unit: ${unit},`, `  bias: ${bias},`, `  common: '${common}',`, `  features: '${features}',`, `  weights: '${weights}',`, '};', '',
  ].join('\n'));
  console.log(`${FILE}: ${Buffer.from(weights, 'base64').length} features`);
} else {
  console.log(NO_DATA);
}
