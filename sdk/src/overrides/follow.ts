import type { Ports } from '../clock.ts';
import { loopbackKeys, pinnedKeys } from './key-source.ts';
import { FOLLOW_TIMING, type FollowTiming, OverrideClient } from './override-client.ts';
import { type DeclaredTargets, SnapshotStore } from './snapshot-store.ts';

export interface FollowOptions {
  readonly endpoint: URL;
  readonly project: string;
  /** Undefined only for an endpoint on this machine. */
  readonly publicKey: string | undefined;
  readonly declared: DeclaredTargets;
  readonly ports: Ports;
  readonly timing: FollowTiming | undefined;
  readonly onBadKey: (reason: string) => void;
}

/** Starts to follow overrides. Loaded when there is somebody to follow: an application without an evaluator never reads this part. */
export function follow({ publicKey, onBadKey, timing, declared, ...options }: FollowOptions): { store: SnapshotStore; client: OverrideClient } {
  const keys = publicKey === undefined ? loopbackKeys(options.endpoint, () => options.ports.clock.monotonicMs()) : pinnedKeys(publicKey);
  keys.keys().catch((error: unknown) => {
    if (publicKey !== undefined) onBadKey(error instanceof Error ? error.message : String(error));
  });
  const store = new SnapshotStore(declared);
  const client = new OverrideClient({ ...options, store, keys, timing: timing ?? FOLLOW_TIMING });
  client.start();
  return { store, client };
}
