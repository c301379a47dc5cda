import { Worker } from 'node:worker_threads';
import type { AcceptedTraces, ReceivedBody, RefusedTraces } from './accept-traces.ts';
import type { CollectorLimits } from './limits.ts';

/** What 20 MiB of JSON can become as objects; more ends the worker, not the process. */
const MAX_HEAP_MIB = 512;

export type WorkerAnswer = AcceptedTraces | RefusedTraces;

const TOO_MANY_OBJECTS: WorkerAnswer = { kind: 'over-limit', message: `the JSON takes more than ${MAX_HEAP_MIB} MiB as objects. Send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE)` };

/**
 * Large JSON in a thread of its own, one request after the other: parsing 20 MiB takes hundreds of milliseconds in which nobody else would be
 * answered. The thread starts with the first such request.
 */
export class LargeJson {
  private readonly limits: CollectorLimits;
  private worker: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(limits: CollectorLimits) {
    this.limits = limits;
  }

  accept(body: ReceivedBody): Promise<WorkerAnswer> {
    const answer = this.last.then(() => this.ask(body));
    this.last = answer.catch(() => {});
    return answer;
  }

  private ask(body: ReceivedBody): Promise<WorkerAnswer> {
    this.worker ??= this.start();
    const worker = this.worker;
    return new Promise((resolve, reject) => {
      const onMessage = (answer: WorkerAnswer): void => {
        worker.off('error', onError);
        resolve(answer);
      };
      const onError = (error: Error): void => {
        worker.off('message', onMessage);
        this.worker = undefined;
        if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve(TOO_MANY_OBJECTS);
        else reject(error);
      };
      worker.once('message', onMessage).once('error', onError);
      worker.postMessage(body.plain);
    });
  }

  private start(): Worker {
    const worker = new Worker(new URL('./large-json-worker.ts', import.meta.url), { workerData: this.limits, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB } });
    // The process may end while it waits for work.
    worker.unref();
    return worker;
  }
}
