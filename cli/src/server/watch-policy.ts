import { unwatchFile, watchFile } from 'node:fs';
import { DEFAULT_POLICY, type Policy } from '@understudy/contracts/policy';
import { type LoadedPolicy, readPolicy } from '../policy-file/read-policy.ts';

const POLL_MS = 1_000;

export interface WatchedPolicy {
  current(): LoadedPolicy;
  stop(): void;
}

/** The policy in force. A changed file is checked and taken; a bad one is reported and the last good one stays. What `warningsOf` has against a policy is said when it comes into force. */
export function watchPolicy(file: string | undefined, say: (text: string) => void, warningsOf: (policy: Policy) => readonly string[]): WatchedPolicy {
  if (file === undefined) return { current: () => ({ policy: DEFAULT_POLICY, hash: 'default' }), stop: () => undefined };
  const warn = ({ policy }: LoadedPolicy) => warningsOf(policy).forEach(say);
  let loaded = readPolicy(file);
  warn(loaded);
  // Polled: editors replace files, and change notices of an inode would be lost.
  const listener = () => {
    try {
      const next = readPolicy(file);
      if (next.hash === loaded.hash) return;
      loaded = next;
      say(`policy: ${file} has changed and is in force`);
      warn(loaded);
    } catch (error) {
      say(`policy: ${error instanceof Error ? error.message : String(error)}\n  the last good policy stays in force`);
    }
  };
  watchFile(file, { interval: POLL_MS }, listener);
  return { current: () => loaded, stop: () => unwatchFile(file, listener) };
}
