import { unwatchFile, watchFile } from 'node:fs';
import { DEFAULT_POLICY } from '@understudy/contracts/policy';
import { type LoadedPolicy, readPolicy } from '../policy-file/read-policy.ts';

const POLL_MS = 1_000;

export interface WatchedPolicy {
  current(): LoadedPolicy;
  stop(): void;
}

/** The policy in force. A changed file is checked and taken; a bad one is reported and the last good one stays. */
export function watchPolicy(file: string | undefined, say: (text: string) => void): WatchedPolicy {
  if (file === undefined) return { current: () => ({ policy: DEFAULT_POLICY, hash: 'default' }), stop: () => undefined };
  let loaded = readPolicy(file);
  // Polled: editors replace files, and change notices of an inode would be lost.
  const listener = () => {
    try {
      const next = readPolicy(file);
      if (next.hash === loaded.hash) return;
      loaded = next;
      say(`policy: ${file} has changed and is in force`);
    } catch (error) {
      say(`policy: ${error instanceof Error ? error.message : String(error)}\n  the last good policy stays in force`);
    }
  };
  watchFile(file, { interval: POLL_MS }, listener);
  return { current: () => loaded, stop: () => unwatchFile(file, listener) };
}
