import { signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { short } from './table.ts';

/** A share as a percentage, another number with its unit; nothing where it is not known. */
export function signalLevel(signal: SignalName, value: number | undefined): string {
  if (value === undefined) return '';
  const { unit } = signalDefinition(signal);
  return unit === 'share' ? `${short(100 * value)} %` : `${short(value)} ${unit}`;
}
