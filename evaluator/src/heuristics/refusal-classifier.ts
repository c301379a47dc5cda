import { IntTable } from './int-table.ts';
import { eachRefusalFeature, refusalTokens } from './refusal-features.ts';
import { REFUSAL_WEIGHTS } from './refusal-weights.ts';

/** A logistic regression over the wording of a head. */
export interface RefusalModel {
  /** Hashes of the words that it tells apart. */
  readonly common: IntTable;
  readonly weights: IntTable;
  readonly bias: number;
}

/** Whole numbers in base64, little-endian, as the script that trains writes them. */
export interface PackedRefusalModel {
  readonly common: string;
  readonly features: string;
  /** One signed byte a feature, in units of `unit`. */
  readonly weights: string;
  readonly unit: number;
  readonly bias: number;
}

let shipped: RefusalModel | undefined;

/** How likely the wording is that of a refusal, 0 to 1. Without a model: the shipped one. */
export function refusalProbability(head: string, model: RefusalModel = shippedModel()): number {
  let sum = 0;
  let known = 0;
  eachRefusalFeature(refusalTokens(head), model.common, (feature) => {
    const weight = model.weights.get(feature);
    sum += weight;
    known += weight === 0 ? 0 : 1;
  });
  return 1 / (1 + Math.exp(-model.bias - sum * shareOfFeature(known)));
}

/** A short text has few features and shows little: each weighs as if there were at least so many. */
const LEAST_FEATURES = 30;

export function shareOfFeature(count: number): number {
  return 1 / Math.sqrt(Math.max(LEAST_FEATURES, count));
}

function shippedModel(): RefusalModel {
  shipped ??= unpackRefusalModel(REFUSAL_WEIGHTS);
  return shipped;
}

export function unpackRefusalModel(packed: PackedRefusalModel): RefusalModel {
  const features = wholeNumbers(packed.features);
  const weights = new Int8Array(Buffer.from(packed.weights, 'base64'));
  return { common: IntTable.of(wholeNumbers(packed.common)), weights: new IntTable(features.map((feature, i) => [feature, (weights[i] as number) * packed.unit])), bias: packed.bias };
}

function wholeNumbers(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32LE(i * 4));
}
