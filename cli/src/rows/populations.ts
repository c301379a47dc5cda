import type { SignalValues } from '@understudy/contracts/signal';
import { scoreCall } from '@understudy/evaluator/heuristics/score-call';
import { shuffled } from '@understudy/evaluator/replay/shuffle';
import { usage } from './bad-rows.ts';
import { type Condition, conditionsText, holds, parseConditions, SeenValues } from './conditions.ts';
import { readCalls, type ReadOptions } from './read-calls.ts';

export interface PopulationOptions extends ReadOptions {
  readonly baseline: readonly string[];
  readonly current?: readonly string[];
  readonly halves?: boolean;
  readonly baselineMin: number;
  readonly shuffleSeed: number;
}

/** The rows to learn from and, in the order of the seed, the rows to watch. Only their signals are kept, not their texts. */
export async function collectPopulations(files: readonly string[], options: PopulationOptions): Promise<{ baseline: SignalValues[]; current: SignalValues[] }> {
  const baselineIs = parseConditions('--baseline', options.baseline);
  const currentIs = options.halves ? undefined : parseConditions('--current', options.current ?? []);
  if (currentIs?.length === 0) throw usage('--current is missing', 'Say which rows to watch, e.g. --current model=NEW, or --halves for the control.');
  const baseline: SignalValues[] = [];
  const current: SignalValues[] = [];
  const seen = new SeenValues([...baselineIs, ...(currentIs ?? [])]);
  for await (const call of readCalls(files, options)) {
    seen.note(call.column);
    const signals = scoreCall(call.facts).signals;
    if (holds(baselineIs, call.column)) baseline.push(signals);
    if (currentIs !== undefined && holds(currentIs, call.column)) current.push(signals);
  }
  if (currentIs === undefined) return halvesOf(baseline, baselineIs, options, seen);
  requireRows('--baseline', baselineIs, baseline.length, options.baselineMin, seen);
  requireRows('--current', currentIs, current.length, 1, seen);
  return { baseline, current: shuffled(current, options.shuffleSeed) };
}

function halvesOf(rows: readonly SignalValues[], conditions: readonly Condition[], options: PopulationOptions, seen: SeenValues): { baseline: SignalValues[]; current: SignalValues[] } {
  const order = shuffled(rows, options.shuffleSeed);
  const half = Math.ceil(order.length / 2);
  requireRows('--baseline', conditions, half, options.baselineMin, seen);
  return { baseline: order.slice(0, half), current: order.slice(half) };
}

function requireRows(option: string, conditions: readonly Condition[], found: number, least: number, seen: SeenValues): void {
  if (found >= Math.max(1, least)) return;
  if (found === 0) throw usage(`no row has ${conditionsText(conditions)} (${option})`, seen.hint());
  throw usage(`${found} rows to learn from (${conditionsText(conditions)}) are fewer than ${least}`, 'Give more rows, or say a lower --baseline-min; below 50 only rates can be tested.');
}
