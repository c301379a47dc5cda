// Trains the classifier of refusals: a logistic regression with a penalty on large weights. The same code makes the shipped weights and those that leave a model out.
import { answerHead } from '../src/heuristics/answer-head.ts';
import { IntTable } from '../src/heuristics/int-table.ts';
import { type PackedRefusalModel, type RefusalModel, shareOfFeature } from '../src/heuristics/refusal-classifier.ts';
import { eachRefusalFeature, refusalTokens } from '../src/heuristics/refusal-features.ts';
import type { LabelledAnswer } from './labelled-data.ts';

/** A word is common, a feature is learned, when it is in answers to so many different questions. */
const QUESTIONS_OF_A_WORD = 12;
const QUESTIONS_OF_A_FEATURE = 4;
const PENALTY = 0.3;
const ROUNDS = 150;
const STEP = 0.5;

interface Example { readonly features: readonly number[]; readonly is: 0 | 1; readonly share: number }

export function trainRefusalModel(answers: readonly LabelledAnswer[]): RefusalModel {
  const read = answers.map(({ text, prompt, isRefusal }) => ({ hashes: refusalTokens(answerHead(text)).slice(), prompt, is: isRefusal === true ? 1 as const : 0 as const }));
  const common = inSoManyQuestions(read, QUESTIONS_OF_A_WORD);
  const seen = read.map(({ hashes, prompt, is }) => ({ prompt, is, hashes: featuresOf(hashes, common) }));
  const learned = [...inSoManyQuestions(seen, QUESTIONS_OF_A_FEATURE)];
  const indexes = new Map(learned.map((hash, i) => [hash, i]));
  const examples = seen.map(({ hashes, is }): Example => {
    const features = hashes.map((hash) => indexes.get(hash)).filter((index) => index !== undefined);
    return { features, is, share: shareOfFeature(features.length) };
  });
  const { weights, bias } = descend(examples, learned.length);
  return { common: IntTable.of(common), weights: new IntTable(learned.map((hash, i) => [hash, weights[i] as number])), bias };
}

function featuresOf(words: Int32Array, common: ReadonlySet<number>): number[] {
  const features: number[] = [];
  eachRefusalFeature(words, common, (feature) => features.push(feature));
  return features;
}

function inSoManyQuestions(seen: readonly { readonly prompt: string; readonly hashes: Iterable<number> }[], least: number): Set<number> {
  const questions = new Map<number, Set<string>>();
  for (const { prompt, hashes } of seen) {
    for (const hash of hashes) {
      const of = questions.get(hash) ?? new Set();
      questions.set(hash, of.add(prompt));
    }
  }
  return new Set([...questions].filter(([, of]) => of.size >= least).map(([hash]) => hash));
}

/** Adagrad over all examples at once: no randomness, so the same data gives the same weights. */
function descend(examples: readonly Example[], count: number): { weights: Float64Array; bias: number } {
  const weights = new Float64Array(count);
  const squares = new Float64Array(count).fill(1e-8);
  let bias = 0;
  let biasSquares = 1e-8;
  for (let round = 0; round < ROUNDS; round++) {
    const slope = new Float64Array(count);
    let biasSlope = 0;
    for (const example of examples) {
      const off = probability(example, weights, bias) - example.is;
      biasSlope += off;
      for (const feature of example.features) slope[feature] = (slope[feature] as number) + off * example.share;
    }
    biasSquares += biasSlope ** 2;
    bias -= STEP * biasSlope / Math.sqrt(biasSquares);
    for (let i = 0; i < count; i++) {
      const whole = (slope[i] as number) + PENALTY * (weights[i] as number);
      squares[i] = (squares[i] as number) + whole ** 2;
      weights[i] = (weights[i] as number) - STEP * whole / Math.sqrt(squares[i] as number);
    }
  }
  return { weights, bias };
}

function probability({ features, share }: Example, weights: Float64Array, bias: number): number {
  let sum = bias;
  for (const feature of features) sum += (weights[feature] as number) * share;
  return 1 / (1 + Math.exp(-sum));
}

export function packRefusalModel(model: RefusalModel): PackedRefusalModel {
  const unit = Math.max(...[...model.weights.entries()].map(([, weight]) => Math.abs(weight))) / 127;
  const kept = [...model.weights.entries()].map(([hash, weight]) => [hash, Math.round(weight / unit)] as const).filter(([, weight]) => weight !== 0);
  return {
    common: packed([...model.common.entries()].map(([hash]) => hash)), features: packed(kept.map(([hash]) => hash)), weights: Buffer.from(Int8Array.from(kept.map(([, weight]) => weight)).buffer).toString('base64'), unit, bias: model.bias,
  };
}

function packed(numbers: readonly number[]): string {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [i, number] of numbers.entries()) bytes.writeInt32LE(number, i * 4);
  return bytes.toString('base64');
}
