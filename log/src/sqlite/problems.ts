import { UnderstudyError } from '@understudy/contracts/problem';

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html */
const SQLITE = { busy: 5, locked: 6, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const;

/** The disk has no room, or the file has reached its page limit. */
export function isFull(error: unknown): boolean {
  return resultCode(error) === SQLITE.full || systemCode(error) === 'ENOSPC';
}

export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === SQLITE.busy || code === SQLITE.locked;
}

/** What went wrong with the file at `path`, told so that a person can act on it. */
export function explainProblem(error: unknown, path: string): unknown {
  if (error instanceof UnderstudyError) return error;
  const code = resultCode(error);
  if (code === SQLITE.busy || code === SQLITE.locked) {
    return problem('LOG_BUSY', `${path} is locked by another program.`, 'Close the program that has the file open (a database browser, a backup), then try again.', error, true);
  }
  if (code === SQLITE.corrupt || code === SQLITE.notADatabase) {
    return problem('LOG_CORRUPT', `${path} is damaged or is not an event log.`, 'Move the file away (with its -wal and -shm files) and start again, or restore it from a backup.', error);
  }
  if (code === SQLITE.readOnly || code === SQLITE.cannotOpen || isDenied(error)) {
    return problem('LOG_NOT_WRITABLE', `${path} cannot be opened or written.`, 'Check that the directory exists and that this user may write in it, or name another one with --data.', error);
  }
  if (code === SQLITE.ioError) {
    return problem('LOG_IO', `The disk failed while ${path} was read or written.`, 'Check the disk and the system log; nothing that was acknowledged is lost unless the disk lost it.', error, true);
  }
  if (isFull(error)) return problem('LOG_FULL', `There is no room on the disk for ${path}.`, 'Make room on the disk, then try again.', error, true);
  return error;
}

function problem(code: string, message: string, fix: string, cause: unknown, retryable = false): UnderstudyError {
  return new UnderstudyError({ code, message, fix, retryable, cause });
}

function isDenied(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '');
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function closed(): UnderstudyError {
  return new UnderstudyError({ code: 'LOG_CLOSED', message: 'The event log is closed.', fix: 'Open it again.' });
}

export function openedForReading(): UnderstudyError {
  return new UnderstudyError({ code: 'LOG_READ_ONLY', message: 'The event log was opened for reading only.', fix: 'Open it without readOnly to write.' });
}
