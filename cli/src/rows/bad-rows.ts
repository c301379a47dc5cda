import { UnderstudyError } from '@understudy/contracts/problem';

/** A file that is not what it should be, with the place. */
export function badRows(file: string, place: string, what: string, fix: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError({ code: 'BAD_ROWS', message: `${file}, ${place}: ${what}`, fix, cause });
}

export function usage(message: string, fix: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError({ code: 'USAGE', message, fix, cause });
}
