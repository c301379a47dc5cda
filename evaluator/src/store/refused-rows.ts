import { UnderstudyError } from '@understudy/contracts/problem';
import { ROWS_REFUSED } from './analytics-store.ts';

/** ClickHouse's codes for data that cannot be read as rows (CANNOT_PARSE_*, INCORRECT_DATA, …). */
const DATA_ERRORS: ReadonlySet<string> = new Set(['6', '25', '26', '27', '33', '38', '41', '53', '69', '70', '72', '117', '130', '131', '321', '349']);

/** ClickHouse in process takes an empty line for the end of the data: what follows would be lost in silence, or read as SQL. Refused everywhere alike. */
export function refuseEmptyLines(lines: Buffer): void {
  if (lines[0] === 0x0a || lines.includes('\n\n')) throw refusal('an empty line');
}

/** The refusal that an error of an insert means; undefined when the rows are not at fault. */
export function refusalOf(error: unknown): UnderstudyError | undefined {
  const code = clickHouseCode(error);
  return code !== undefined && DATA_ERRORS.has(code) ? refusal(`code ${code}`, error) : undefined;
}

/** By its code, not its class: `chdb` has a copy of the client's errors of its own. Codes of the network are words. */
export function clickHouseCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^\d+$/.test(code) ? code : undefined;
}

/** Without ClickHouse's message: it quotes the data. */
function refusal(reason: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError({ code: ROWS_REFUSED, message: `ClickHouse cannot read a line as a row (${reason})`, fix: 'Nothing: the line is set aside.', cause });
}
