import { createHash } from 'node:crypto';
import type { JudgeItem, Judged } from './judge.ts';

export interface VerdictCache {
  get(key: string): Judged | undefined;
  put(key: string, verdict: Judged): void;
}

/** Bounded; what was not asked for the longest time goes first. */
export function verdictCache(mostEntries: number): VerdictCache {
  const entries = new Map<string, Judged>();
  return {
    get(key) {
      const found = entries.get(key);
      if (found === undefined) return undefined;
      entries.delete(key);
      entries.set(key, found);
      return found;
    },
    put(key, verdict) {
      entries.delete(key);
      if (entries.size >= mostEntries) entries.delete(entries.keys().next().value ?? '');
      entries.set(key, verdict);
    },
  };
}

/** What a verdict depends on: the judge, the rubric's content and the texts, whose line ends and outer spaces do not matter. */
export function verdictKey(model: string, { rubric, system, input, output }: JudgeItem): string {
  const texts = [system, input, output].map((text) => text.replaceAll('\r\n', '\n').trim().normalize('NFC'));
  return createHash('sha256').update(JSON.stringify([model, rubric.version, ...texts])).digest('base64url');
}
