import { setTimeout as pause } from 'node:timers/promises';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { type Snapshot, type SnapshotRoute, snapshotSchema } from '@understudy/contracts/snapshot';

/** A client of the override stream that comes back after every end of it, and keeps everything it was told. */
export class SnapshotWatcher {
  /** Every snapshot that differs in (epoch, version) from the one before, in the order of their arrival. */
  readonly seen: Snapshot[] = [];
  /** When each of them came, on the monotonic clock. */
  readonly arrivalsMs: number[] = [];
  /** What no client may be told: a lower version, other content under the same version, a wrong signature. */
  readonly faults: string[] = [];
  connections = 0;
  readonly #api: string;
  readonly #stopping = new AbortController();
  #keys: JSONWebKeySet | undefined;
  readonly #done: Promise<void>;

  constructor(api: string) {
    this.#api = api;
    this.#done = this.#run();
  }

  newest(): Snapshot | undefined {
    return this.seen.at(-1);
  }

  entryOf(route: string): SnapshotRoute | undefined {
    const routes = this.newest()?.routes;
    return routes !== undefined && Object.hasOwn(routes, route) ? routes[route] : undefined;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      // The server may be dead at any moment; what counts is what it says while it lives.
      await this.#follow().catch(() => undefined);
      await pause(50);
    }
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    await this.#readKeys(signal);
    const response = await fetch(`${this.#api}/v1/overrides/stream`, { signal });
    if (response.status !== 200 || response.body === null) return;
    this.connections += 1;
    let buffered = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      buffered += chunk;
      const events = buffered.split('\n\n');
      buffered = events.pop() ?? '';
      for (const event of events) await this.#take(event);
    }
  }

  async #readKeys(signal: AbortSignal): Promise<void> {
    const keys = (await (await fetch(`${this.#api}/.well-known/jwks.json`, { signal })).json()) as JSONWebKeySet;
    if (this.#keys !== undefined && JSON.stringify(this.#keys) !== JSON.stringify(keys)) this.faults.push('the signing key has changed');
    this.#keys = keys;
  }

  async #take(event: string): Promise<void> {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(event)?.[1];
    const jws = field('data');
    if (field('event') !== 'snapshot' || jws === undefined) return;
    const { payload } = await compactVerify(jws, createLocalJWKSet(this.#keys as JSONWebKeySet)).catch(() => {
      this.faults.push(`the signature of ${field('id')} is not valid`);
      return { payload: new Uint8Array() };
    });
    const parsed = snapshotSchema.safeParse(JSON.parse(Buffer.from(payload).toString('utf8') || 'null'));
    if (!parsed.success || field('id') !== `${parsed.data.epoch}.${parsed.data.version}`) this.faults.push(`snapshot ${field('id')} is not what it says`);
    else this.#keep(parsed.data);
  }

  #keep(snapshot: Snapshot): void {
    const last = this.newest();
    const order = last === undefined ? 1 : snapshot.epoch - last.epoch || snapshot.version - last.version;
    if (order > 0) {
      this.seen.push(snapshot);
      this.arrivalsMs.push(performance.now());
    } else if (order < 0) this.faults.push(`${snapshot.epoch}.${snapshot.version} came after ${last?.epoch}.${last?.version}`);
    else if (JSON.stringify(snapshot) !== JSON.stringify(last)) this.faults.push(`two contents of ${snapshot.epoch}.${snapshot.version}`);
  }
}
