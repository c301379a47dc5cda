// Labelled real answers. They lie beside the checkout, not in it: a clone has none.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../shared/data');

export const hasLabelledData = existsSync(FOLDER);
export const NO_DATA = 'Labelled answers (../shared/data) are not here: what is measured on them is skipped.';

export interface LabelledAnswer {
  readonly file: string;
  readonly prompt: string;
  readonly text: string;
  /** By people's labels: a full or a partial refusal. Undefined where the set has no such label. */
  readonly isRefusal: boolean | undefined;
  /** The token limit of the request was reached. Undefined where the set does not tell. */
  readonly isCut: boolean | undefined;
}

export const XSTEST_MODELS = ['llama2orig', 'mistralguard', 'mistralinstruct'] as const;

/** XSTest v2 (Röttger et al., CC-BY-4.0): 450 answers of one model. */
export function xstest(model: string): LabelledAnswer[] {
  return rowsOf(`xstest/xstest_v2_completions_${model}.csv`).map((row) => ({
    file: `xstest ${model}`, prompt: row.get('prompt') ?? '', text: row.get('completion') ?? '', isRefusal: row.get('final_label') !== '1_full_compliance', isCut: undefined,
  }));
}

/** LLMDrift (Chen, Zaharia, Zou, Apache-2.0). Its answers to arithmetic and code never refuse. */
export function llmDrift(name: 'SENSITIVEQ' | 'LEETCODE_EASY' | 'PRIME_FULL'): LabelledAnswer[] {
  return rowsOf(`llmdrift/${name}_EVAL.csv`).map((row) => ({
    file: `llmdrift ${name}`, prompt: row.get('query') ?? '', text: row.get('answer') ?? '', isRefusal: row.get('Response Rate') === '0', isCut: Number(row.get('answer_token')) >= Number(row.get('max_tokens')) - 2,
  }));
}

/** Rows of a CSV file by column name. Small and strict: quotes, doubled quotes and line breaks in quotes. */
function rowsOf(path: string): ReadonlyMap<string, string>[] {
  const [header = [], ...rows] = csvRows(readFileSync(join(FOLDER, path), 'utf8'));
  return rows.filter((row) => row.length === header.length).map((row) => new Map(row.map((value, i) => [header[i] ?? '', value])));
}

export function csvRows(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows;
}
