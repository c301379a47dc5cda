import { createUnderstudy, type RoutedCall, type Understudy } from '@understudy/sdk';
import type { Choice } from '../../support/numbered-sender.ts';
import { FALLBACK, PRIMARY, ROUTES } from '../sick-traffic.ts';
import { type SnapshotTap, startSnapshotTap } from './snapshot-tap.ts';

export interface AppliedSnapshot {
  readonly epoch: number;
  readonly version: number;
  /** When it was seen to be in force, on the monotonic clock. */
  readonly atMs: number;
}

/** Two snapshots may follow each other in one turn of the leader, 250 ms. */
const LOOK_EVERY_MS = 10;

/** An application with the real SDK. Every call of the campaign asks one of them which target it is to go to; it keeps an account of the snapshots that it has applied. */
export class RecordingSdk {
  readonly applied: AppliedSnapshot[] = [];
  readonly tap: SnapshotTap;
  readonly #understudy: Understudy;
  readonly #routes: ReadonlyMap<string, RoutedCall<undefined, string>>;
  readonly #timer: NodeJS.Timeout;

  static async start(apiPorts: readonly number[]): Promise<RecordingSdk> {
    return new RecordingSdk(await startSnapshotTap(apiPorts));
  }

  private constructor(tap: SnapshotTap) {
    this.tap = tap;
    this.#understudy = createUnderstudy({ endpoint: tap.url, service: 'recording', captureContent: false });
    const target = (id: string) => ({ id, run: () => id });
    this.#routes = new Map(ROUTES.map((route) => [route, this.#understudy.call<undefined, string>(route, { primary: target(PRIMARY), fallbacks: [target(FALLBACK)] })]));
    tap.onSnapshot(() => this.#look());
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** By its own routing, as any call of the application. */
  async choose(route: string): Promise<Choice> {
    const call = this.#routes.get(route);
    if (call === undefined) throw new Error(`nobody asked for ${route}`);
    const { served } = await call(undefined);
    return { target: served.target, purpose: served.reason === 'probe' || served.reason === 'standby' ? served.reason : 'serve' };
  }

  newest(): AppliedSnapshot | undefined {
    return this.applied.at(-1);
  }

  status() {
    return this.#understudy.status().overrides;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#understudy.shutdown();
    await this.tap.close();
  }

  #look(): void {
    const { epoch, version } = this.status();
    const last = this.newest();
    if (epoch === undefined || version === undefined || (last?.epoch === epoch && last.version === version)) return;
    this.applied.push({ epoch, version, atMs: performance.now() });
  }
}
