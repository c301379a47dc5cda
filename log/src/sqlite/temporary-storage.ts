import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogStorage } from '../conformance/log-storage.ts';
import type { EventLog } from '../event-log.ts';
import { openSqliteLog, type SqliteLogOptions } from './sqlite-log.ts';

export interface TemporaryStorage extends LogStorage {
  readonly directory: string;
  open(options?: Partial<SqliteLogOptions>): Promise<EventLog>;
  /** Sets the log's clock forward, or back. */
  advance(ms: number): void;
}

/** A directory of its own for one test, and a clock that can be set. */
export async function createTemporaryStorage(): Promise<TemporaryStorage> {
  const directory = mkdtempSync(join(tmpdir(), 'understudy-log-'));
  const opened: EventLog[] = [];
  let skewMs = 0;
  return {
    directory,
    async open(options = {}) {
      const log = openSqliteLog({ directory, now: () => Date.now() + skewMs, ...options });
      opened.push(log);
      return log;
    },
    advance(ms) {
      skewMs += ms;
    },
    child: { module: new URL('./open-in-child.ts', import.meta.url).href, argument: directory },
    async destroy() {
      for (const log of opened) await log.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
