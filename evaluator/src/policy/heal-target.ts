import { routePolicyOf } from '@understudy/contracts/policy';
import type { SignalName, SignalValues } from '@understudy/contracts/signal';
import { resetMonitor, statisticsOf } from '../detectors/signal-monitor.ts';
import { isProved, observeRecovery, proofsOf, restartHopeless, startRecovery } from './recovery.ts';
import type { DecideState, RouteState, TargetState } from './route-state.ts';
import { suspicionThreshold, thresholdOf } from './target-health.ts';

/**
 * A fallback that was bad once must not stay barred: once a signal of it is suspicious, its own calls (standby, probe, shadow, serve) have to prove
 * it good again, by the same e-process as the primary's, and then its test begins anew.
 */
export function healTarget(state: DecideState, route: RouteState, target: TargetState, signals: SignalValues): void {
  for (const [name, monitor] of Object.entries(target.monitors)) {
    const signal = name as SignalName;
    if (monitor === undefined || target.healing[signal] !== undefined) continue;
    if (statisticsOf(monitor).switching >= suspicionThreshold(thresholdOf(target, signal))) Object.assign(target.healing, startRecovery(target, [signal]));
  }
  observeRecovery(target.healing, target, signals);
  const { alpha } = routePolicyOf(state.policy, route.route).recovery;
  for (const [signal, proof] of proofsOf(target.healing)) {
    if (!isProved(proof, alpha)) continue;
    const monitor = target.monitors[signal];
    if (monitor !== undefined) resetMonitor(monitor);
    delete target.healing[signal];
  }
  restartHopeless(target.healing, target);
}
