import { signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { short } from './table.ts';

/** A rate as a percentage, a quantile with its unit; nothing where it is not known. */
export function signalLevel(signal: SignalName, value: number | undefined): string {
  if (value === undefined) return '';
  return signalDefinition(signal).kind === 'rate' ? `${short(100 * value)} %` : `${short(value)} ${signalDefinition(signal).unit}`;
}
