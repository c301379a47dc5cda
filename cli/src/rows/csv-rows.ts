import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { PriceBook } from '@understudy/evaluator/pricing/price-call';
import { badRows } from './bad-rows.ts';
import { callFromRow, NotANumber } from './call-from-row.ts';
import { type FieldMap, fieldColumns } from './field-map.ts';
import type { RecordedCall } from './recorded-call.ts';

/** Longest row, in characters; a longer one is a quote that was never closed. */
const MAX_ROW = 16 * 1024 * 1024;

export interface CsvSettings {
  readonly map: FieldMap;
  readonly prices: PriceBook;
  readonly nowMs: number;
}

/** The calls of a CSV file, one at a time. The first row names the columns. */
export async function* csvCalls(file: string, source: Readable, settings: CsvSettings): AsyncGenerator<RecordedCall> {
  const rows = source.pipe(parse({ bom: true, skip_empty_lines: true, max_record_size: MAX_ROW }));
  source.once('error', (error) => rows.destroy(error));
  let header: string[] | undefined;
  let columns: ReturnType<typeof fieldColumns> = new Map();
  let row = 0;
  try {
    for await (const cells of rows as AsyncIterable<string[]>) {
      if (header === undefined) {
        header = cells;
        columns = fieldColumns(settings.map, header, file);
        continue;
      }
      row += 1;
      yield recordedCall(cells, header, columns, settings);
    }
  } catch (error) {
    throw placed(error, file, row);
  }
}

function recordedCall(cells: readonly string[], header: readonly string[], columns: ReturnType<typeof fieldColumns>, { prices, nowMs }: CsvSettings): RecordedCall {
  const facts = callFromRow((field) => {
    const index = columns.get(field);
    return index === undefined ? undefined : cells[index];
  }, prices, nowMs);
  return { facts, column: (name) => cells[header.indexOf(name)] };
}

function placed(error: unknown, file: string, row: number): unknown {
  if (error instanceof NotANumber) return badRows(file, `row ${row}`, error.message, 'Map a column of numbers, or leave the cell empty where the number is not known.', error);
  if (error instanceof CsvError) return badRows(file, 'as CSV', error.message, 'Write the file as RFC 4180 says: every row as many cells as the first, quotes within quotes doubled.', error);
  return error;
}
