import type { Answer } from './answer.ts';
import { bad, type Finding, GOOD, type Heuristic } from './heuristic.ts';
import { plainWords, type Shingles, sharedRun, shinglesOf } from './shingles.ts';

const LEAKED = bad('prompt-leak');
/** Shorter system prompts have nothing to tell. */
const LEAST_CHARACTERS = 60;
/** How many system prompts are kept hashed: routes have a few, and prompts that differ a call push each other out. */
const MOST_KEPT = 32;

/** Runs of an answer that are compared word by word. */
const MOST_CHECKS = 16;

const kept = new Map<string, Shingles | undefined>();

/** 1 when the answer repeats twelve words in a row of the system prompt that the user did not say. Undefined without a system prompt of some length. */
export const promptLeak: Heuristic = { signal: 'prompt_leak', version: 1, score };

function score({ text, systemText, questionText, inputText }: Answer): Finding | undefined {
  if (text === undefined || systemText === undefined || systemText.length < LEAST_CHARACTERS) return undefined;
  const shingles = keptShingles(systemText);
  if (shingles === undefined) return undefined;
  const isSecret = secretOf(systemText, [questionText, inputText]);
  return sharedRun(text, shingles, isSecret) ? LEAKED : GOOD;
}

/** Two runs may share a hash, and the user may have said the same. After a few of these the rest is taken for the same, so that the work is bounded. */
function secretOf(systemText: string, known: readonly (string | undefined)[]): (run: string) => boolean {
  let left = MOST_CHECKS;
  let system: string | undefined;
  let said: string[] | undefined;
  return (run) => {
    if (left === 0) return false;
    left -= 1;
    system ??= plainWords(systemText);
    said ??= known.filter((text) => text !== undefined).map(plainWords);
    const words = plainWords(run);
    return system.includes(words) && !said.some((text) => text.includes(words));
  };
}

function keptShingles(systemText: string): Shingles | undefined {
  if (kept.has(systemText)) return kept.get(systemText);
  const shingles = shinglesOf(systemText);
  const oldest = kept.size >= MOST_KEPT ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(systemText, shingles);
  return shingles;
}
