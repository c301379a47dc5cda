import type { z } from 'zod';
import { UnderstudyError } from '@understudy/contracts/problem';
import type { Child, ChildEnd } from './child-process.ts';

/** The first start makes the tables of the embedded ClickHouse engine. */
const READY_MS = 60_000;

/** Starts one of the demo's programs; it ends with the demo. */
export type StartProgram = (name: string, script: URL, args: readonly string[], onLine: (line: string) => void, env?: NodeJS.ProcessEnv) => Child;

/** Starts a child and waits for its ready line, its end, or the time limit. */
export function startReady<Message>(schema: z.ZodType<Message>, signal: AbortSignal, start: (onLine: (line: string) => void) => Child): Promise<{ child: Child; message: Message }> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = start((line) => {
      const parsed = schema.safeParse(jsonOf(line));
      if (parsed.success) settle(() => resolve({ child, message: parsed.data }));
    });
    const timer = setTimeout(() => settle(() => reject(new UnderstudyError({ code: 'CHILD_NOT_READY', message: `${child.name} was not ready within ${READY_MS / 1000} s`, fix: 'Try again on a machine that is less busy, and look at the free memory and disk space.', retryable: true }))), READY_MS);
    const aborted = () => settle(() => reject(signal.reason));
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      how();
    };
    signal.addEventListener('abort', aborted);
    void child.ended.then((end) => settle(() => reject(deathOf(end))));
  });
}

export function deathOf(end: ChildEnd): UnderstudyError {
  const how = end.signal === null ? `with code ${end.code}` : `by ${end.signal}`;
  const lines = end.lastErrorLines.map((line) => `\n    ${line}`).join('');
  // 4: a port is in use; the evaluator's own words, which name the flag, are among its last lines.
  return new UnderstudyError({ code: end.code === 4 ? 'PORT_IN_USE' : 'CHILD_DIED', message: `${end.name} ended ${how}; its last words:${lines === '' ? ' none' : lines}`, fix: 'The last words say what to change; then run the demo again.' });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
