import type { SignalName, SignalValues } from '@understudy/contracts/signal';
import { initialRecoveryState, recoveryEvidence, updateRecovery } from '../detectors/recovery-e-process.ts';
import { recoveryEventOf, switchingNullOf, worseSideOf } from '../detectors/signal-monitor.ts';
import type { RecoveryState, TargetState } from './route-state.ts';

/** Starts an e-process for each signal; a signal without a usable null needs no proof of its own. */
export function startRecovery(target: TargetState | undefined, signals: readonly SignalName[]): RecoveryState {
  const recovery: RecoveryState = {};
  for (const signal of signals) {
    const monitor = target?.monitors[signal];
    if (monitor !== undefined && switchingNullOf(monitor) !== undefined) recovery[signal] = { components: initialRecoveryState(), probes: 0, failures: 0 };
  }
  return recovery;
}

/** Feeds one finished call. A failed call has no length or latency: it counts against every signal that is being proved. */
export function observeRecovery(recovery: RecoveryState, target: TargetState, signals: SignalValues): void {
  for (const [name, state] of Object.entries(recovery)) {
    const signal = name as SignalName;
    const monitor = target.monitors[signal];
    const value = signals[signal];
    const pRec = monitor === undefined ? undefined : switchingNullOf(monitor);
    if (monitor === undefined || pRec === undefined || state === undefined) continue;
    const failed = signals.error === 1 ? 1 : value === undefined ? undefined : recoveryEventOf(monitor, value, worseSideOf(monitor));
    if (failed === undefined) continue;
    updateRecovery(state.components, failed, pRec);
    state.probes += 1;
    state.failures += failed;
  }
}

/** True when every signal has reached 1/alpha: P(ever, while it is still bad) ≤ alpha for each (Ville). */
export function isRecovered(recovery: RecoveryState, alpha: number): boolean {
  return Object.values(recovery).every((state) => state === undefined || recoveryEvidence(state.components) >= 1 / alpha);
}

/** True when the e-process has lost so much that going on would take far longer than starting again after a hold-down. */
export function hasFailed(recovery: RecoveryState): boolean {
  return Object.values(recovery).some((state) => state !== undefined && state.probes >= 20 && recoveryEvidence(state.components) < 1e-3);
}
