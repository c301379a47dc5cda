import type { SignalName, SignalValues } from '@understudy/contracts/signal';
import { initialRecoveryState, recoveryEvidence, updateRecovery } from '../detectors/recovery-e-process.ts';
import { recoveryEventOf, switchingNullOf, worseSideOf } from '../detectors/signal-monitor.ts';
import type { RecoveryProof, RecoveryState, TargetState } from './route-state.ts';

/** The evidence has fallen so far that going on takes longer than beginning again. */
const HOPELESS = 1e-2;
const LEAST_PROBES_TO_FAIL = 10;
const MOST_PROBES_TO_FAIL = 5_000;

/** Starts a proof for each signal; a signal without a usable null needs none. */
export function startRecovery(target: TargetState | undefined, signals: readonly SignalName[]): RecoveryState {
  const recovery: RecoveryState = {};
  for (const signal of signals) {
    const proof = startProof(target, signal);
    if (proof !== undefined) recovery[signal] = proof;
  }
  return recovery;
}

function startProof(target: TargetState | undefined, signal: SignalName, attempts = 0): RecoveryProof | undefined {
  const monitor = target?.monitors[signal];
  const pRec = monitor === undefined ? undefined : switchingNullOf(monitor);
  if (monitor === undefined || pRec === undefined) return undefined;
  return { components: initialRecoveryState(), pRec, side: worseSideOf(monitor), probes: 0, failures: 0, attempts };
}

/** Feeds one finished call. A failed call has no length or latency: it counts against every signal that is being proved. */
export function observeRecovery(recovery: RecoveryState, target: TargetState, signals: SignalValues): void {
  for (const [name, proof] of proofsOf(recovery)) {
    const monitor = target.monitors[name];
    const value = signals[name];
    if (monitor === undefined) continue;
    const failed = signals.error === 1 || signals.timeout === 1 ? 1 : value === undefined ? undefined : recoveryEventOf(monitor, value, proof.side);
    if (failed === undefined) continue;
    updateRecovery(proof.components, failed, proof.pRec);
    proof.probes += 1;
    proof.failures += failed;
  }
}

/**
 * True when every signal has reached 1/alpha: P(ever, while it is still bad) ≤ alpha for each (Ville). The j-th attempt of a story has alpha / j², so that many
 * attempts together are wrong with probability 1.65 alpha at most, however long the outage lasts. Nothing to prove is proved.
 */
export function isRecovered(recovery: RecoveryState, alpha: number, attempt = 1): boolean {
  return proofsOf(recovery).every(([, proof]) => isProved(proof, alpha, attempt));
}

export function isProved(proof: RecoveryProof, alpha: number, attempt = 1): boolean {
  return recoveryEvidence(proof.components) >= (Math.max(1, attempt) + proof.attempts) ** 2 / alpha;
}

/** True when a signal's proof has become hopeless. */
export function hasFailed(recovery: RecoveryState): boolean {
  return proofsOf(recovery).some(([, proof]) => isHopeless(proof));
}

/**
 * Begins hopeless proofs again, from calls that are served anyway: what an outage has cost the evidence must not delay the recovery by as long again.
 * The attempts get longer, so that there are few of them.
 */
export function restartHopeless(recovery: RecoveryState, target: TargetState): void {
  for (const [signal, proof] of proofsOf(recovery)) {
    if (!isHopeless(proof)) continue;
    const fresh = startProof(target, signal, proof.attempts + 1);
    if (fresh === undefined) delete recovery[signal];
    else recovery[signal] = { ...fresh, side: proof.side };
  }
}

/** After the tests of a target were set anew: a proof against another rate begins again, one without a test is dropped. */
export function matchRecovery(recovery: RecoveryState, target: TargetState): void {
  for (const [signal, proof] of proofsOf(recovery)) {
    const fresh = startProof(target, signal);
    if (fresh === undefined) delete recovery[signal];
    else if (fresh.pRec !== proof.pRec) recovery[signal] = { ...fresh, side: proof.side };
  }
}

export function proofsOf(recovery: RecoveryState): [SignalName, RecoveryProof][] {
  return Object.entries(recovery).filter((entry): entry is [SignalName, RecoveryProof] => entry[1] !== undefined);
}

function isHopeless(proof: RecoveryProof): boolean {
  const least = Math.min(MOST_PROBES_TO_FAIL, LEAST_PROBES_TO_FAIL * 2 ** Math.min(20, proof.attempts));
  return proof.probes >= least && recoveryEvidence(proof.components) < HOPELESS;
}
