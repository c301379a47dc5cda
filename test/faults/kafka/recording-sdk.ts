import { SnapshotStore } from '../../../sdk/src/overrides/snapshot-store.ts';
import { createUnderstudy, type RoutedCall, type Understudy } from '@understudy/sdk';
import type { Choice } from '../../support/numbered-sender.ts';
import { FALLBACK, PRIMARY, ROUTES } from '../sick-traffic.ts';
import type { Version } from './override-history.ts';
import { type SnapshotTap, startSnapshotTap } from './snapshot-tap.ts';

/** Called whenever an SDK of this process has judged a snapshot. Nothing tells an application of it, and whoever looks now and then misses some. */
const lookers = new Set<() => void>();
const { offer } = SnapshotStore.prototype;
SnapshotStore.prototype.offer = function offerAndTell(...judged) {
  const offered = offer.apply(this, judged);
  for (const look of lookers) look();
  return offered;
};

/** An application with the real SDK. Every call of the campaign asks one of them which target it is to go to; it keeps an account of the snapshots that it has applied. */
export class RecordingSdk {
  readonly applied: Version[] = [];
  readonly tap: SnapshotTap;
  readonly #understudy: Understudy;
  readonly #routes: ReadonlyMap<string, RoutedCall<undefined, string>>;
  readonly #look = (): void => this.#note();

  static async start(apiPorts: readonly number[]): Promise<RecordingSdk> {
    return new RecordingSdk(await startSnapshotTap(apiPorts));
  }

  private constructor(tap: SnapshotTap) {
    this.tap = tap;
    this.#understudy = createUnderstudy({ endpoint: tap.url, service: 'recording', captureContent: false });
    const target = (id: string) => ({ id, run: () => id });
    this.#routes = new Map(ROUTES.map((route) => [route, this.#understudy.call<undefined, string>(route, { primary: target(PRIMARY), fallbacks: [target(FALLBACK)] })]));
    lookers.add(this.#look);
  }

  /** By its own routing, as any call of the application. */
  async choose(route: string): Promise<Choice> {
    const call = this.#routes.get(route);
    if (call === undefined) throw new Error(`nobody asked for ${route}`);
    const { served } = await call(undefined);
    return { target: served.target, purpose: served.reason === 'probe' || served.reason === 'standby' ? served.reason : 'serve' };
  }

  newest(): Version | undefined {
    return this.applied.at(-1);
  }

  status() {
    return this.#understudy.status().overrides;
  }

  async stop(): Promise<void> {
    lookers.delete(this.#look);
    await this.#understudy.shutdown();
    await this.tap.close();
  }

  #note(): void {
    const { epoch, version } = this.status();
    const last = this.newest();
    if (epoch === undefined || version === undefined || (last?.epoch === epoch && last.version === version)) return;
    this.applied.push({ epoch, version });
  }
}
