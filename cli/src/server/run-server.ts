import { isStartedByNpm } from '../environment.ts';
import { EXIT } from '../exit-codes.ts';
import { printableLines } from '../table.ts';

export interface RunningServer {
  stop(): Promise<void>;
}

const PARENT_POLL_MS = 500;
/** SIGTERM ends a server within 5 s. What is under way and does not end by then is no loss: it was not committed, and is done again. */
const STOP_WITHIN_MS = 4_500;

export function sayOnStandardError(text: string): void {
  console.error(printableLines(`understudy: ${text}`));
}

/** Starts a server and serves until the process is told to stop, then drains it. */
export async function runServer(start: () => Promise<RunningServer>): Promise<void> {
  // What is stored may hold users' text: for the owner only, whatever the directory allows.
  process.umask(0o077);
  // Before anybody is told that it is ready: a stop is a clean one from then on.
  const stopped = stopSignal();
  const running = await Promise.race([start(), stopped.then(() => undefined)]);
  await stopped;
  if (running === undefined) process.exit();
  sayOnStandardError('stopping');
  const late = setTimeout(() => {
    sayOnStandardError('something does not end; what was not committed will be done again');
    process.exit();
  }, STOP_WITHIN_MS);
  await running.stop();
  clearTimeout(late);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => {
      process.exitCode = EXIT.interrupted;
      resolve();
    });
    if (isStartedByNpm()) whenParentEnds(() => resolve());
  });
}

function whenParentEnds(then: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    then();
  }, PARENT_POLL_MS).unref();
}
