import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerOf } from '@understudy/evaluator/heuristics/answer.fixture';
import { loop } from '@understudy/evaluator/heuristics/loop';
import { refusal } from '@understudy/evaluator/heuristics/refusal';
import { truncated } from '@understudy/evaluator/heuristics/truncated';

/** Labelled real answers lie beside the checkout, not in it; a clone has none. */
const FOLDER = join(import.meta.dirname, '../../../shared/data');

const hasLabelledAnswers = existsSync(FOLDER);
if (!hasLabelledAnswers) console.log('Labelled answers (../shared/data) are not here: the tests on them are skipped.');

/** Rows of a CSV file by column name. Small and strict: quotes, doubled quotes and line breaks in quotes. */
function labelledRows(path: string): ReadonlyMap<string, string>[] {
  const [header = [], ...rows] = csvRows(readFileSync(join(FOLDER, path), 'utf8'));
  return rows.filter((row) => row.length === header.length).map((row) => new Map(row.map((value, i) => [header[i] ?? '', value])));
}

function csvRows(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows;
}

/** Counts of a heuristic against people's labels. */
function agreement(rows: readonly { readonly said: boolean; readonly is: boolean }[]) {
  const both = rows.filter((row) => row.said && row.is).length;
  return { answers: rows.length, precision: both / rows.filter((row) => row.said).length, recall: both / rows.filter((row) => row.is).length };
}

const models = ['llama2orig', 'mistralguard', 'mistralinstruct'];
const isRefusal = (text: string) => refusal(answerOf({ text })) === 1;
const ofModel = (model: string) => labelledRows(`xstest/xstest_v2_completions_${model}.csv`).map((row) => ({ said: isRefusal(row.get('completion') ?? ''), is: row.get('final_label') !== '1_full_compliance' }));
const drift = (name: string) => labelledRows(`llmdrift/${name}_EVAL.csv`).map((row) => ({ text: row.get('answer') ?? '', refused: row.get('Response Rate') === '0', atLimit: Number(row.get('answer_token')) >= Number(row.get('max_tokens')) - 2 }));

/** Floors lie a little below what is reached; other files of both sets were not looked at. */
describe.skipIf(!hasLabelledAnswers)('against labels that people gave', () => {
  it('refusals are found with known precision and recall, which differ much by the model\'s style', () => {
    const table = Object.fromEntries(models.map((model) => [model, agreement(ofModel(model))]));
    const pooled = agreement(models.flatMap(ofModel));
    const sensitive = agreement(drift('SENSITIVEQ').map(({ text, refused }) => ({ said: isRefusal(text), is: refused })));
    console.table({ ...table, pooled, 'sensitive questions': sensitive });
    expect(pooled.precision).toBeGreaterThan(0.93);
    expect(pooled.recall).toBeGreaterThan(0.8);
    expect(table.llama2orig?.recall).toBeGreaterThan(0.9);
    expect(sensitive.precision).toBeGreaterThan(0.97);
    expect(sensitive.recall).toBeGreaterThan(0.94);
  });

  it('code and arithmetic are never taken for refusals', () => {
    expect(drift('LEETCODE_EASY').filter(({ text }) => isRefusal(text))).toEqual([]);
    expect(drift('PRIME_FULL').filter(({ text }) => isRefusal(text))).toEqual([]);
  });

  it('loops are never seen in prose or code, and rarely in arithmetic, where most of them ran into the limit', () => {
    const isLoop = ({ text }: { text: string }) => loop(text) === 1;
    expect(models.flatMap((model) => labelledRows(`xstest/xstest_v2_completions_${model}.csv`)).filter((row) => loop(row.get('completion') ?? '') === 1)).toEqual([]);
    expect(drift('LEETCODE_EASY').filter(isLoop)).toEqual([]);
    const arithmetic = drift('PRIME_FULL');
    const looping = arithmetic.filter(isLoop);
    console.table({ 'loops in arithmetic': { answers: arithmetic.length, loops: looping.length, 'of them at the limit': looping.filter(({ atLimit }) => atLimit).length } });
    expect(looping.length / arithmetic.length).toBeLessThan(0.015);
  });

  it('cut answers are told from finished ones by their end, where the limit is known to have cut them', () => {
    const cut = agreement(drift('PRIME_FULL').map(({ text, atLimit }) => ({ said: truncated(answerOf({ text })) === 1, is: atLimit })));
    console.table({ 'cut by the limit': cut });
    expect(cut.precision).toBeGreaterThan(0.95);
    expect(cut.recall).toBeGreaterThan(0.85);
  });
});
