import { agreementOf, type Agreement, type Labelled } from '@understudy/evaluator/judge/agreement';
import type { Judge, JudgeOutcome } from '@understudy/evaluator/judge/judge';
import type { Rubric } from '@understudy/evaluator/judge/rubric';
import type { LabelledRow } from './labelled-rows.ts';

export interface AgreementReport extends Agreement {
  readonly rows: number;
  /** Reasons of the rows without a verdict, which count for nothing else here. */
  readonly withoutVerdict: Readonly<Record<string, number>>;
  /** Undefined where the price of the judge is not known. */
  readonly costUsd: number | undefined;
}

/** Asks the judge for every row, `atOnce` at a time, and compares. From `goodFrom` on a score counts as good. */
export async function askLabelled(rows: readonly LabelledRow[], judge: Judge, rubric: Rubric, settings: { readonly goodFrom: number; readonly atOnce: number; readonly random: () => number; readonly onProgress: (done: number) => void; readonly signal: AbortSignal }): Promise<AgreementReport> {
  const outcomes: { row: LabelledRow; outcome: JudgeOutcome }[] = [];
  const left = rows.values();
  const worker = async (): Promise<void> => {
    for (const row of left) {
      outcomes.push({ row, outcome: await judge.judge({ route: 'labels', rubric, system: row.system, input: row.input, output: row.output }, settings.signal) });
      settings.onProgress(outcomes.length);
    }
  };
  await Promise.all(Array.from({ length: settings.atOnce }, worker));
  const pairs: Labelled[] = outcomes.flatMap(({ row, outcome }) => (outcome.kind === 'judged' ? [{ isGood: row.isGood, saidGood: outcome.score >= settings.goodFrom }] : []));
  return { rows: rows.length, ...agreementOf(pairs, settings.random), withoutVerdict: reasonsOf(outcomes.map(({ outcome }) => outcome)), costUsd: sumOf(outcomes.map(({ outcome }) => outcome.costUsd)) };
}

function reasonsOf(outcomes: readonly JudgeOutcome[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) if (outcome.kind !== 'judged') counts.set(`${outcome.kind}: ${outcome.reason}`, (counts.get(`${outcome.kind}: ${outcome.reason}`) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function sumOf(costs: readonly (number | undefined)[]): number | undefined {
  return costs.reduce((sum, cost) => (sum === undefined || cost === undefined ? undefined : sum + cost), 0);
}
