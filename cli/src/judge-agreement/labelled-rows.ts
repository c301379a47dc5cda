import { readFileSync } from 'node:fs';
import { UnderstudyError } from '@understudy/contracts/problem';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

export interface LabelledRow {
  readonly system: string;
  readonly input: string;
  readonly output: string;
  readonly isGood: boolean;
}

const rowSchema = z.object({ system: z.string().default(''), input: z.string(), output: z.string(), label: z.string().transform((label) => label.trim().toLowerCase()).pipe(z.enum(['good', 'bad'], 'good or bad')) });

/** Items that people have labelled: CSV with a header, or one JSON object a line (`.jsonl`). Throws `USAGE` with the row that is wrong. */
export function labelledRows(file: string): LabelledRow[] {
  const text = readText(file);
  const rows = /\.(?:jsonl|ndjson)$/i.test(file) ? text.split('\n').filter((line) => line.trim() !== '').map((line, i) => parsedLine(line, file, i)) : csvRows(text, file);
  return rows.map((row, i) => {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success) throw wrong(file, i, parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    const { label, ...item } = parsed.data;
    return { ...item, isGood: label === 'good' };
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UnderstudyError({ code: 'USAGE', message: `${file} cannot be read`, fix: 'Name a file with the columns input, output and label (good or bad), as CSV or as JSON lines.', cause });
  }
}

function csvRows(text: string, file: string): unknown[] {
  try {
    return parse(text, { bom: true, columns: true, skip_empty_lines: true });
  } catch (cause) {
    throw new UnderstudyError({ code: 'USAGE', message: `${file} is no CSV: ${cause instanceof Error ? cause.message : String(cause)}`, fix: 'Write it as RFC 4180 says, the names of the columns in the first row.', cause });
  }
}

function parsedLine(line: string, file: string, index: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw wrong(file, index, 'no JSON');
  }
}

function wrong(file: string, index: number, what: string): UnderstudyError {
  return new UnderstudyError({ code: 'USAGE', message: `${file}, row ${index + 1}: ${what}`, fix: 'Every row needs input, output and label; the label is good or bad, and system (the system prompt) may be there.' });
}
