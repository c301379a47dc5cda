import { type Policy, routePolicyOf } from '@understudy/contracts/policy';
import { SIGNAL_NAMES, signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { DEFAULT_TOLERANCE, exceedanceNull, switchingNull, usableNull } from '../detectors/null-rates.ts';
import { perfectProbesNeeded } from '../detectors/recovery-e-process.ts';
import { actionOf } from './target-health.ts';

export interface ExpectedProbes {
  readonly signal: SignalName;
  /** The rate that the probes have to disprove; the detector's own null, so that returning and leaving do not alternate. */
  readonly nullRate: number;
  /** Probes when none fails. */
  readonly probes: number;
  /** How long they take at the given traffic. */
  readonly minutes: number;
}

/**
 * What a recovery will take on a route, for each signal that may switch, were its baseline free of events: what `policy check` prints. More events in the
 * baseline raise the null and so need fewer probes; failing probes need more.
 */
export function expectedProbes(policy: Policy, route: string, callsPerMinute: number): ExpectedProbes[] {
  const routePolicy = routePolicyOf(policy, route);
  const probesPerMinute = (callsPerMinute * routePolicy.probe.percent) / 100;
  return SIGNAL_NAMES.flatMap((signal) => {
    if (actionOf(routePolicy, signal) !== 'switch') return [];
    const { max, tolerance = DEFAULT_TOLERANCE } = routePolicy.signals[signal] ?? {};
    const learned = signalDefinition(signal).kind === 'rate' ? switchingNull(0, routePolicy.baseline.minCalls, tolerance) : exceedanceNull(tolerance);
    const nullRate = max === undefined ? learned : usableNull(max);
    if (nullRate === undefined) return [];
    const probes = perfectProbesNeeded(nullRate, routePolicy.recovery.alpha);
    return [{ signal, nullRate, probes, minutes: probes / probesPerMinute }];
  });
}
