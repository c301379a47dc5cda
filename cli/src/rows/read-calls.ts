import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { priceBook } from '@understudy/evaluator/pricing/price-call';
import { badRows, usage } from './bad-rows.ts';
import { csvCalls } from './csv-rows.ts';
import { parseFieldMap } from './field-map.ts';
import { otlpCalls } from './otlp-rows.ts';
import type { RecordedCall, RowFormat } from './recorded-call.ts';

export interface ReadOptions {
  readonly format?: RowFormat;
  readonly map: readonly string[];
  readonly route?: string;
}

const FORMAT_OF_EXTENSION: ReadonlyMap<string, RowFormat> = new Map<string, RowFormat>([['.csv', 'csv'], ['.jsonl', 'otlp-jsonl'], ['.ndjson', 'otlp-jsonl'], ['.json', 'otlp-jsonl']]);

/** The calls of all files in turn, one at a time: however large the files are, one call is in memory. */
export async function* readCalls(files: readonly string[], options: ReadOptions): AsyncGenerator<RecordedCall> {
  const map = parseFieldMap(options.map);
  const prices = priceBook();
  for (const file of files) {
    const format = options.format ?? FORMAT_OF_EXTENSION.get(extname(file).toLowerCase());
    if (format === undefined) throw usage(`cannot tell the format of ${file} by its name`, 'Say --format csv or --format otlp-jsonl.');
    if (format === 'otlp-jsonl' && map.size > 0) throw usage('--map is for CSV: spans say what is what', 'Leave --map out, or say --format csv.');
    await using handle = await openFile(file);
    const source = handle.createReadStream({ autoClose: false });
    yield* format === 'csv' ? csvCalls(file, source, { map, prices, nowMs: Date.now() }) : otlpCalls(file, source, { route: options.route, prices });
  }
}

async function openFile(file: string) {
  try {
    const handle = await open(file);
    if ((await handle.stat()).isDirectory()) {
      await handle.close();
      throw usage(`${file} is a folder`, 'Name a file.');
    }
    return handle;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw usage(`there is no file ${file}`, 'Check the name.', error);
    if (code === 'EACCES') throw badRows(file, 'at its begin', 'it cannot be read', 'Allow reading it.', error);
    throw error;
  }
}
