import { loadavg } from 'node:os';

/** A goal of design §8: at least, or at most, so much. */
export interface Goal {
  readonly text: string;
  readonly isMet: boolean;
}

export function atLeast(value: number, goal: number, unit: string): Goal {
  return { text: `≥ ${goal.toLocaleString('en')} ${unit}`, isMet: value >= goal };
}

export function atMost(value: number, goal: number, unit: string): Goal {
  return { text: `≤ ${goal.toLocaleString('en')} ${unit}`, isMet: value <= goal };
}

/** One line: name, value, goal, reference, and the load of the machine, which explains much of what times say. */
export function sayFigure(name: string, value: string, goal?: Goal, reference?: string): void {
  const goalText = goal === undefined ? '' : `   goal ${goal.text}${goal.isMet ? '' : ' (missed)'}`;
  console.log(`pipeline, ${name}: ${value}${goalText}${reference === undefined ? '' : `   reference: ${reference}`}   [load ${loadavg()[0]?.toFixed(1)}]`);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that so large a share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
