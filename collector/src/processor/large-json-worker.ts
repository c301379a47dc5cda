import { parentPort, workerData } from 'node:worker_threads';
import { acceptTraces } from './accept-traces.ts';
import type { WorkerAnswer } from './large-json.ts';
import type { CollectorLimits } from './limits.ts';

/** The other side of `LargeJson`: a JSON body comes in, what is to be stored of it goes out. */
parentPort?.on('message', (plain: Uint8Array) => {
  const answer: WorkerAnswer = acceptTraces({ format: 'json', sent: plain, plain }, workerData as CollectorLimits);
  if (answer.kind !== 'accepted') {
    parentPort?.postMessage(answer);
    return;
  }
  // A copy of its own: the value may be a part of a larger buffer.
  const value = new Uint8Array(answer.value);
  parentPort?.postMessage({ ...answer, value }, [value.buffer]);
});
