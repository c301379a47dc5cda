import { SIGNAL_NAMES, signalDefinition, type SignalName, type SignalValues } from '@understudy/contracts/signal';
import { short } from '../table.ts';

/** Counts and means of scored rows, for people. */
export class SignalSummary {
  readonly #counts = new Map<SignalName, { rows: number; sum: number }>();

  add(signals: SignalValues): void {
    for (const name of SIGNAL_NAMES) {
      const value = signals[name];
      if (value === undefined) continue;
      const count = this.#counts.get(name) ?? { rows: 0, sum: 0 };
      count.rows += 1;
      count.sum += value;
      this.#counts.set(name, count);
    }
  }

  /** Signal, rows that have it, and its rate or mean. */
  rows(): string[][] {
    return SIGNAL_NAMES.map((name) => {
      const count = this.#counts.get(name);
      if (count === undefined) return [name, '0', 'not known'];
      const mean = count.sum / count.rows;
      return [name, String(count.rows), signalDefinition(name).kind === 'rate' ? `${short(100 * mean)} % (${count.sum})` : `${short(mean)} ${signalDefinition(name).unit} on average`];
    });
  }
}
