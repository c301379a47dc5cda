// Answers of 2 KB with a prompt of 2 KB, as the score step sees them.
import { ALL_HEURISTICS } from '../src/heuristics/all-heuristics.ts';
import type { Answer } from '../src/heuristics/answer.ts';
import type { CallFacts } from '../src/heuristics/score-call.ts';
import { UNKNOWN_ANSWER } from '../src/heuristics/unknown-answer.ts';
import { prose } from './bench-spans.ts';

const BYTES = 2_048;
const ANSWERS = 500;

export type AnswerKind = 'prose' | 'JSON';

/** Texts as they come off the wire: one piece of memory each. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}

/** Labels, numbers and some sentences. */
function jsonText(seed: number): string {
  const values = (i: number) => [(seed * 31 + i * 7) % 1_000, prose(seed + i, 18), prose(seed + i, 110)][i % 3];
  return JSON.stringify(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`field_${i}`, values(i)])));
}

export function benchFacts(kind: AnswerKind): CallFacts[] {
  return Array.from({ length: ANSWERS }, (_, seed): CallFacts => {
    const [input, output] = [flat(prose(seed + 7, BYTES)), flat(kind === 'JSON' ? jsonText(seed) : prose(seed, BYTES))];
    return {
      outputText: output, finishReason: 'stop', errorType: undefined, statusIsError: false, hasToolCalls: false, durationMs: 1_200, outputTokens: 480, costUsd: 0.001, firstChunkMs: 300,
      inputText: input, questionText: input, inputTokens: 450, inputCharacters: input.length, wantsJson: kind === 'JSON', series: 'default\nsupport\nmini',
    };
  });
}

/** The costliest heuristics, µs CPU an answer, each alone: what several of them share is counted in each. */
export async function costliest(facts: readonly CallFacts[], measure: (count: number, work: () => void) => Promise<number>): Promise<string> {
  const answers = facts.map((call): Answer => ({ ...UNKNOWN_ANSWER, ...call, text: call.outputText }));
  const costs: { signal: string; micros: number }[] = [];
  for (const heuristic of ALL_HEURISTICS) {
    const micros = await measure(answers.length * 2, () => { for (let i = 0; i < 2; i++) for (const answer of answers) heuristic.score(answer); });
    costs.push({ signal: heuristic.signal, micros });
  }
  return costs.toSorted((a, b) => b.micros - a.micros).slice(0, 7).map(({ signal, micros }) => `${signal} ${micros.toFixed(1)}`).join(', ');
}
