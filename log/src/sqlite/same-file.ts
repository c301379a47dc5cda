import { statSync } from 'node:fs';
import { UnderstudyError } from '@understudy/contracts/problem';

/**
 * Returns a check that throws when there is another file at the path than now, or none. SQLite goes on writing into a file that was removed, and what it commits
 * there is lost at the end of the process: nothing may be acknowledged any more.
 */
export function sameFileCheck(path: string): () => void {
  const opened = statSync(path);
  return () => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && found.ino === opened.ino && found.dev === opened.dev) return;
    throw new UnderstudyError({
      code: 'LOG_GONE', message: `${path} was removed or replaced while it was open.`, retryable: true,
      fix: 'Put the data directory back where it was; it goes on by itself. Or stop the process and start it with another one.',
    });
  };
}
