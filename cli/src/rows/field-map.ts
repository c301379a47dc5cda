import { usage } from './bad-rows.ts';

/** What a row can say of a call. */
export const ROW_FIELDS = ['model', 'input', 'output', 'latencySeconds', 'costUsd', 'inputTokens', 'outputTokens', 'finishReason', 'error'] as const;
export type RowField = (typeof ROW_FIELDS)[number];

/** Without one of these a row has no signal. */
const ABOUT_THE_ANSWER = ['output', 'latencySeconds', 'costUsd', 'outputTokens', 'finishReason', 'error'] as const satisfies readonly RowField[];

/** Field → column name. */
export type FieldMap = ReadonlyMap<RowField, string>;

/** A comma ends a column's name only where a field follows: names of columns may have commas. */
const NEXT_FIELD = new RegExp(`,(?=(?:${ROW_FIELDS.join('|')})=)`);

/** `--map field=column,field=column`, given once or more often. */
export function parseFieldMap(options: readonly string[]): FieldMap {
  const map = new Map<RowField, string>();
  for (const part of options.flatMap((option) => option.split(NEXT_FIELD))) {
    const at = part.indexOf('=');
    const field = ROW_FIELDS.find((known) => known === part.slice(0, at));
    if (at < 1 || field === undefined || at === part.length - 1) {
      throw usage(`--map does not understand "${part}"`, `Write --map field=column,field=column with the fields ${ROW_FIELDS.join(', ')}.`);
    }
    map.set(field, part.slice(at + 1));
  }
  return map;
}

/** Where each field stands in a row. A column that is called like a field needs no mapping. */
export function fieldColumns(map: FieldMap, header: readonly string[], file: string): ReadonlyMap<RowField, number> {
  const columns = new Map<RowField, number>();
  for (const field of ROW_FIELDS) {
    const column = map.get(field);
    const index = header.indexOf(column ?? field);
    if (index === -1 && column !== undefined) throw usage(`${file} has no column "${column}" (mapped to ${field})`, `Its columns are: ${header.map((name) => `"${name}"`).join(', ')}.`);
    if (index !== -1) columns.set(field, index);
  }
  if (!ABOUT_THE_ANSWER.some((field) => columns.has(field))) throw usage(`no column of ${file} is known to say anything of an answer`, `Say which columns hold what, e.g. --map output=COLUMN,latencySeconds=COLUMN. Its columns are: ${header.map((name) => `"${name}"`).join(', ')}.`);
  return columns;
}
