import { usage } from './bad-rows.ts';
import type { RecordedCall } from './recorded-call.ts';

/** `column=value` */
export interface Condition {
  readonly column: string;
  readonly value: string;
}

export function parseConditions(option: string, texts: readonly string[]): Condition[] {
  return texts.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw usage(`${option} does not understand "${text}"`, `Write ${option} column=value.`);
    return { column: text.slice(0, at), value: text.slice(at + 1) };
  });
}

export function holds(conditions: readonly Condition[], column: RecordedCall['column']): boolean {
  return conditions.every((condition) => column(condition.column) === condition.value);
}

export function conditionsText(conditions: readonly Condition[]): string {
  return conditions.map(({ column, value }) => `${column}=${value}`).join(' and ');
}

/** Values told in a hint, and how long each may be. */
const MOST_VALUES = 10;
const LONGEST_VALUE = 80;

/** The first values of the columns that are asked for, so that a mistyped one can be told. */
export class SeenValues {
  readonly #values: ReadonlyMap<string, Set<string>>;

  constructor(conditions: readonly Condition[]) {
    this.#values = new Map(conditions.map(({ column }) => [column, new Set<string>()]));
  }

  note(column: RecordedCall['column']): void {
    for (const [name, values] of this.#values) {
      const value = values.size < MOST_VALUES ? column(name) : undefined;
      if (value !== undefined) values.add(value.slice(0, LONGEST_VALUE));
    }
  }

  hint(): string {
    return [...this.#values].map(([name, values]) => (values.size === 0 ? `There is no column or attribute "${name}".` : `"${name}" is one of: ${[...values].join(', ')}${values.size === MOST_VALUES ? ', …' : ''}.`)).join(' ');
  }
}
