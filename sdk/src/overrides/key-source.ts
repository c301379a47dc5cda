import { httpGet, readText } from './http-get.ts';
import { keysOfJson, readPublicKeys, type VerificationKey } from './public-keys.ts';

const FETCH_TIMEOUT_MS = 5_000;
const MAX_JWKS_BYTES = 16 * 1024;
/** Fetched again for an unknown key at most this often, ms. */
const REFRESH_EVERY_MS = 5_000;

export interface KeySource {
  keys(): Promise<readonly VerificationKey[]>;
  /** Newer keys, where they may be fetched; undefined where they are pinned. */
  refresh(): Promise<readonly VerificationKey[] | undefined>;
  /** Whether the evaluator no longer has this key, where its keys may change: it has started again without its data. */
  isGone(keyText: string): boolean;
}

/** Keys that the application's configuration names. Nothing from the network changes them. */
export function pinnedKeys(text: string): KeySource {
  const keys = readPublicKeys(text);
  // Reported where it is used; unhandled it would end the application.
  keys.catch(() => {});
  return { keys: () => keys, refresh: async () => undefined, isGone: () => false };
}

/** Keys fetched from an evaluator on this machine, where nobody can stand in between. */
export function loopbackKeys(endpoint: URL, monotonicMs: () => number): KeySource {
  let known: readonly VerificationKey[] | undefined;
  let fetchedMs = Number.NEGATIVE_INFINITY;
  const refresh = async (): Promise<readonly VerificationKey[] | undefined> => {
    if (monotonicMs() - fetchedMs < REFRESH_EVERY_MS) return undefined;
    fetchedMs = monotonicMs();
    try {
      known = await fetchKeys(new URL('/.well-known/jwks.json', endpoint));
    } catch (error) {
      // It never came: the next snapshot asks again at once.
      if (known === undefined) fetchedMs = Number.NEGATIVE_INFINITY;
      throw error;
    }
    return known;
  };
  return { keys: async () => known ?? (await refresh()) ?? [], refresh, isGone: (text) => known !== undefined && !known.some((key) => key.text === text) };
}

async function fetchKeys(url: URL): Promise<VerificationKey[]> {
  const answer = await httpGet(url, { accept: 'application/json' }, AbortSignal.timeout(FETCH_TIMEOUT_MS));
  if (answer.status !== 200) {
    answer.close();
    throw new Error(`${url.pathname} answered ${answer.status}`);
  }
  const text = await readText(answer, MAX_JWKS_BYTES);
  if (text === undefined) throw new Error(`${url.pathname} is larger than ${MAX_JWKS_BYTES} bytes`);
  return keysOfJson(JSON.parse(text));
}
