import { describe, expect, it } from 'vitest';
import { characterQuality, languageQuality, loopQuality, type QualityRow, refusalQuality, truncatedQuality, wordingQuality } from '../../evaluator/bench/heuristic-quality.ts';
import { hasLabelledData, NO_DATA } from '../../evaluator/bench/labelled-data.ts';

if (!hasLabelledData) console.log(NO_DATA);

const share = ({ events, calls }: QualityRow) => events / calls;

function isMet(row: QualityRow): boolean {
  return row.calls > 0 && (row.atLeast === undefined || share(row) >= row.atLeast) && (row.atMost === undefined || share(row) <= row.atMost);
}

/** Goals of `npm run bench -- heuristics`; other files of both sets were not looked at. */
describe.skipIf(!hasLabelledData)('against labels that people gave, known limits, and what was made on purpose', () => {
  it.each([
    ['refusals are found by a classifier that has not seen the model, and code and arithmetic are none', refusalQuality],
    ['cut answers are told from finished ones by their end, where the limit is known to have cut them', truncatedQuality],
    ['loops of eight kinds are found, never in prose or code, and rarely in arithmetic, where most of them ran into the limit', loopQuality],
    ['another language is found from 100 characters on, never in English, code, JSON and short sentences', languageQuality],
    ['wrong token ids are found by letters and broken characters that real answers never have', characterQuality],
    ['placeholders and hedges are rare in real answers', wordingQuality],
  ] as const)('%s', (_, measure) => {
    const rows = measure();
    console.table(Object.fromEntries(rows.map((row) => [`${row.signal}: ${row.what}`, { events: row.events, calls: row.calls, share: share(row) }])));
    expect(rows.filter((row) => !isMet(row))).toEqual([]);
  }, 60_000);
});
