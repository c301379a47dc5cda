import { type Heuristic, measured } from './heuristic.ts';
import { jsonAnswer } from './json-answer.ts';
import { leafValues } from './leaf-values.ts';

/**
 * Share of an answer's short JSON values that are the same, in the same field, as in the answer before it. It rises when a field collapses onto one value: valid JSON by
 * every schema, and wrong; so a 3-bit quantisation showed itself on extraction, at 100 % valid JSON. Known for every second JSON object of a series (`ValueMemory`).
 */
export const valueShare: Heuristic = {
  signal: 'value_share',
  version: 1,
  score: ({ text, previousValues }) => {
    const value = text === undefined || previousValues === undefined ? undefined : jsonAnswer(text)?.value;
    return value === undefined || previousValues === undefined ? undefined : measured(shareOfSame(leafValues(value), previousValues));
  },
};

function shareOfSame(values: ReadonlyMap<string, string>, previous: ReadonlyMap<string, string>): number | undefined {
  if (values.size === 0) return undefined;
  let same = 0;
  for (const [path, value] of values) if (previous.get(path) === value) same += 1;
  return same / values.size;
}
