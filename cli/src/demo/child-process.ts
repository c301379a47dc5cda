import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const LEAVE_WITH_PARENT = new URL('leave-with-parent.ts', import.meta.url).href;
const KEPT_ERROR_LINES = 15;
/** A child that has not left so long after SIGTERM is killed: the demo ends within 5 s. */
const STOP_MS = 4_000;

export interface ChildOptions {
  readonly name: string;
  readonly script: URL;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly onLine: (line: string) => void;
}

export interface ChildEnd { readonly name: string; readonly code: number | null; readonly signal: string | null; readonly lastErrorLines: readonly string[] }

export interface Child {
  readonly name: string;
  readonly pid: number | undefined;
  readonly ended: Promise<ChildEnd>;
  readonly stop: () => Promise<void>;
}

/** Starts one of our programs. It has a process group of its own, so that Ctrl-C reaches only the demo, and leaves when the demo is gone. */
export function startChild(options: ChildOptions): Child {
  const child = spawn(process.execPath, ['--import', LEAVE_WITH_PARENT, fileURLToPath(options.script), ...options.args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: options.env, detached: process.platform !== 'win32', windowsHide: true,
  });
  const lastErrorLines: string[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', options.onLine);
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
    lastErrorLines.push(line);
    if (lastErrorLines.length > KEPT_ERROR_LINES) lastErrorLines.shift();
  });
  const ended = new Promise<ChildEnd>((resolve) => {
    // `close` and not `exit`: the last lines on standard error have been read by then.
    child.once('close', (code, signal) => resolve({ name: options.name, code, signal, lastErrorLines }));
    child.once('error', (error) => resolve({ name: options.name, code: null, signal: null, lastErrorLines: [...lastErrorLines, error.message] }));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(killer);
  };
  return { name: options.name, pid: child.pid, ended, stop };
}
