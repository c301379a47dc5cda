import { signalDefinition, type SignalFamily, type SignalName } from '@understudy/contracts/signal';
import { monitorBaselineRate, observedRate, switchingNullOf } from '../detectors/signal-monitor.ts';
import type { TargetState } from './route-state.ts';

const QUALITY: ReadonlySet<SignalFamily> = new Set(['error', 'format', 'content', 'judge']);

/** Whether money is all that is wrong. */
export function isCostAlone(signals: readonly SignalName[]): boolean {
  return signals.length > 0 && signals.every((signal) => signalDefinition(signal).family === 'cost');
}

/**
 * Whether a fallback may take over to save money: each rate by which the primary's quality is watched is known of it too and lies within what still counts as healthy
 * for the primary, and it is cheaper. What is not known of it speaks against it: nobody is in a hurry.
 */
export function savesWithoutLoss(primary: TargetState, fallback: TargetState | undefined): boolean {
  if (fallback === undefined) return false;
  for (const [name, monitor] of Object.entries(primary.monitors)) {
    const definition = signalDefinition(name as SignalName);
    if (monitor === undefined || monitor.kind === 'quantile' || definition.defaultAction !== 'switch' || !QUALITY.has(definition.family)) continue;
    const most = switchingNullOf(monitor);
    const own = fallback.monitors[name as SignalName];
    const usual = own === undefined ? undefined : monitorBaselineRate(own);
    if (most !== undefined && (usual === undefined || usual > most || (own !== undefined && (observedRate(own) ?? 0) > most))) return false;
  }
  const [before, after] = [primary.monitors.cost_per_call, fallback.monitors.cost_per_call].map((monitor) => (monitor === undefined ? undefined : observedRate(monitor)));
  return before !== undefined && after !== undefined && after < before;
}
