import type { EventLog } from '../event-log.ts';
import { openSqliteLog } from './sqlite-log.ts';

/** For the conformance suite's processes: opens the log in a directory that others have open as well. */
export async function openEventLog(directory: string): Promise<EventLog> {
  return openSqliteLog({ directory });
}
