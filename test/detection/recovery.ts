import { bernoulliFactors, initialBernoulliState, updateBernoulli } from '@understudy/evaluator/detectors/bernoulli-e-sr';
import { initialRecoveryState, recoveryEvidence, updateRecovery } from '@understudy/evaluator/detectors/recovery-e-process';
import type { Random } from './random.ts';

/** Probes until the proof, when the target fails at this rate; undefined when there is none after `mostProbes`. */
export function probesToProof(random: Random, pRec: number, rate: number, alpha: number, mostProbes: number): number | undefined {
  const state = initialRecoveryState();
  for (let probes = 1; probes <= mostProbes; probes++) {
    updateRecovery(state, random.chance(rate) ? 1 : 0, pRec);
    if (recoveryEvidence(state) >= 1 / alpha) return probes;
  }
  return undefined;
}

export interface FlapSettings {
  /** The null of the detector and of the recovery. */
  readonly m: number;
  readonly threshold: number;
  readonly alpha: number;
  readonly probeShare: number;
  /** Calls of the first hold-down; doubled at every cycle, up to 24 times it. */
  readonly holdDownCalls: number;
}

const HOPELESS = 1e-2;
const LEAST_PROBES_TO_FAIL = 10;

/** Failovers of one route in so many calls at a constant failure rate: detector, hold-down, probes and recovery as decide does them. */
export function failovers(random: Random, settings: FlapSettings, rate: number, calls: number): number {
  const factors = bernoulliFactors(settings.m);
  let found = 0;
  let cycles = 0;
  let call = 0;
  while (call < calls) {
    const state = initialBernoulliState();
    let statistic = 0;
    while (call < calls && statistic < settings.threshold) {
      statistic = updateBernoulli(state, Number(random.chance(rate)), factors);
      call += 1;
    }
    if (statistic < settings.threshold) break;
    found += 1;
    let isBack = false;
    while (call < calls && !isBack) {
      cycles += 1;
      call += Math.min(24, 2 ** (cycles - 1)) * settings.holdDownCalls;
      const attempt = probe(random, settings, rate, cycles);
      isBack = attempt.isBack;
      call += Math.ceil(attempt.probes / settings.probeShare);
    }
  }
  return found;
}

/** One attempt: it ends with the proof, or when going on is hopeless. */
function probe(random: Random, { m, alpha }: FlapSettings, rate: number, attempt: number): { isBack: boolean; probes: number } {
  const state = initialRecoveryState();
  for (let probes = 1; ; probes++) {
    updateRecovery(state, random.chance(rate) ? 1 : 0, m);
    const evidence = recoveryEvidence(state);
    if (evidence >= attempt ** 2 / alpha) return { isBack: true, probes };
    if (probes >= LEAST_PROBES_TO_FAIL && evidence < HOPELESS) return { isBack: false, probes };
  }
}
