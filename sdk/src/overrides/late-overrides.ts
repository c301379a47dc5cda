import { isLoopback, type Settings } from '../configuration.ts';
import type { FollowOptions, follow } from './follow.ts';
import type { ChannelStatus } from './override-client.ts';
import type { CurrentEntry, SnapshotStatus } from './snapshot-store.ts';

export type OverridesStatus = SnapshotStatus & { readonly followed: boolean; readonly channel?: ChannelStatus };

/** Overrides before there are any: the part that follows them is loaded behind the application's back, and until then nothing is in force. */
export class LateOverrides {
  #followed: ReturnType<typeof follow> | undefined;
  #isFollowed = false;
  #isStopped = false;

  /** Follows overrides, when there is somebody to follow and a key to believe. */
  start(settings: Settings, options: Pick<FollowOptions, 'declared' | 'ports' | 'timing'>, problems: string[]): void {
    const { endpoint, publicKey, project } = settings;
    if (settings.disabled || !settings.followOverrides || endpoint === undefined) return;
    if (publicKey === undefined && !isLoopback(endpoint)) {
      problems.push('overrides are not followed: off this machine they need a pinned key, pass `publicKey` or set UNDERSTUDY_PUBLIC_KEY');
      return;
    }
    this.#isFollowed = true;
    const onBadKey = (reason: string): unknown => problems.push(`the public key cannot be used: ${reason}`);
    import('./follow.ts').then((loaded) => {
      if (!this.#isStopped) this.#followed = loaded.follow({ ...options, endpoint, publicKey, project, onBadKey });
    }).catch((error: unknown) => problems.push(`overrides are not followed: ${String(error)}`));
  }

  entry(route: string, nowMs: number): CurrentEntry | undefined {
    return this.#followed?.store.entry(route, nowMs);
  }

  recheck(): void {
    this.#followed?.store.recheck();
  }

  status(nowMs: number): OverridesStatus {
    const status: SnapshotStatus = this.#followed?.store.status(nowMs) ?? { state: 'none', accepted: 0, rejected: 0 };
    const channel: ChannelStatus = this.#followed?.client.status() ?? { stream: 'connecting', streamFailures: 0, polls: 0, pollFailures: 0 };
    return { followed: this.#isFollowed, ...status, ...(this.#isFollowed ? { channel } : {}) };
  }

  stop(): void {
    this.#isStopped = true;
    this.#followed?.client.stop();
  }
}
