import { InvalidArgumentError, Option } from 'commander';
import { ROW_FIELDS } from './field-map.ts';
import { ROW_FORMATS } from './recorded-call.ts';

/** Options that all commands on recorded calls share. */
export const formatOption = () => new Option('--format <format>', 'default: by the file\'s name').choices(ROW_FORMATS);
export const mapOption = () => new Option('--map <field=column,...>', `which column of a CSV file holds what; fields: ${ROW_FIELDS.join(' ')} (costUsd is computed where it is missing and model is PROVIDER/MODEL with a known price)`).argParser(repeated).default([], 'columns named like the fields');
export const routeOption = () => new Option('--route <route>', 'spans: only calls of this route; CSV: what the rows are about');

export function repeated(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('It must be a whole number from 0.');
  return number;
}
