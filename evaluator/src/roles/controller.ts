import { UnderstudyError } from '@understudy/contracts/problem';
import { type Proposal, proposalSchema } from '@understudy/contracts/proposal';
import { partitionOf, routeKey, TOPICS } from '@understudy/contracts/topics';
import type { EventLog, LogRecord, NewRecord, StepHandler, StoredState } from '@understudy/log/event-log';
import { type AlertLedger, ALERTS_ENTRY, alertLedgerFromJson, initialAlertLedger } from '../alerts/alert-state.ts';
import { lead, type LeaderInput, type LeaderOutput } from '../overrides/lead.ts';
import { initialLeaderState, type LeaderState, leaderStateFromJson } from '../overrides/leader-state.ts';
import { signSnapshot } from '../overrides/sign-snapshot.ts';
import type { SigningKey } from '../overrides/signing-key.ts';
import { jsonBytes, parseJson } from './record-json.ts';

const STATE_KEY = 'leader';

/** What the leader takes from outside the log at each turn. */
export interface ControllerInputs extends Pick<LeaderInput, 'policy' | 'policyHash' | 'findings' | 'active'> {}

export interface ControllerOptions {
  readonly instanceId: string;
  readonly key: SigningKey;
  readonly takeInputs: () => ControllerInputs;
  /** One turn of this office's alerts (`AlertDesk`); true when the ledger has changed. Undefined: nobody is told. */
  readonly alerts?: { turn(ledger: AlertLedger, nowMs: number, proposals: readonly Proposal[]): boolean };
  readonly now: () => number;
}

export interface ClaimedOffice {
  readonly epoch: number;
  readonly step: StepHandler;
}

/** Appends the claim of a new leader, whose offset is its epoch, and returns its step. */
export async function controllerStep(log: EventLog, stored: StoredState, options: ControllerOptions): Promise<ClaimedOffice> {
  const claim: Proposal = { kind: 'claim', v: 1, instanceId: options.instanceId, atMs: options.now() };
  const outcome = await log.append([{ topic: TOPICS.proposals.name, partition: 0, value: jsonBytes(claim) }]);
  if (outcome.kind === 'full') throw new UnderstudyError({ code: 'LOG_FULL', message: `the leader cannot claim its office: ${outcome.reason}`, fix: 'Free disk space.', retryable: true });
  const epoch = outcome.offsets[0] ?? 0;
  const state = stateOf(stored);
  const ledger = ledgerOf(stored);
  const evidencePartitions = log.partitionCount(TOPICS.evidence.name);
  let isSuperseded = false;
  const step: StepHandler = ({ records, nowMs }) => {
    // Whoever claimed after this one has the partition, and the log says at the commit that this one is fenced. When it does not, somebody wrote a claim who holds nothing.
    if (isSuperseded) throw new UnderstudyError({ code: 'SUPERSEDED', message: 'a claim of the leader\'s office was written by somebody who does not hold it', fix: 'Find out who writes to llm.proposals. The leader claims its office again.', retryable: true });
    isSuperseded = hasLaterClaim(records, epoch);
    if (isSuperseded) return { outputs: [] };
    const proposals = proposalsOf(records);
    const output = lead(state, { ...options.takeInputs(), epoch, nowMs, proposals, sign: (snapshot) => signSnapshot(snapshot, options.key) });
    const outputs = recordsOf(output, state, nowMs, evidencePartitions);
    const changed = new Map<string, Uint8Array>();
    if (outputs.length > 0 || records.length > 0) changed.set(STATE_KEY, jsonBytes(state));
    if (options.alerts?.turn(ledger, nowMs, proposals) === true) changed.set(ALERTS_ENTRY, jsonBytes(ledger));
    return changed.size === 0 ? { outputs } : { outputs, state: changed };
  };
  return { epoch, step };
}

function ledgerOf(stored: StoredState): AlertLedger {
  const entry = stored.entries.get(ALERTS_ENTRY);
  return entry === undefined ? initialAlertLedger() : alertLedgerFromJson(Buffer.from(entry).toString('utf8'));
}

function stateOf(stored: StoredState): LeaderState {
  const entry = stored.entries.get(STATE_KEY);
  return entry === undefined ? initialLeaderState() : leaderStateFromJson(Buffer.from(entry).toString('utf8'));
}

function hasLaterClaim(records: readonly LogRecord[], epoch: number): boolean {
  return records.some((record) => record.offset > epoch && proposalOf(record)?.kind === 'claim');
}

function proposalsOf(records: readonly LogRecord[]): Proposal[] {
  return records.map(proposalOf).filter((proposal) => proposal !== undefined);
}

function proposalOf(record: LogRecord): Proposal | undefined {
  return proposalSchema.safeParse(parseJson(record.value)).data;
}

function recordsOf(output: LeaderOutput, state: LeaderState, nowMs: number, evidencePartitions: number): NewRecord[] {
  const topic = TOPICS.evidence.name;
  const records: NewRecord[] = [];
  for (const evidence of output.toAll) {
    const value = jsonBytes(evidence);
    for (let partition = 0; partition < evidencePartitions; partition++) records.push({ topic, partition, value });
  }
  for (const { project, route, evidence } of output.toRoute) {
    records.push({ topic, partition: partitionOf(routeKey(project, route), evidencePartitions), value: jsonBytes(evidence) });
  }
  if (output.published !== undefined) {
    const { version, jws } = output.published;
    records.push({ topic: TOPICS.overrides.name, partition: 0, value: jsonBytes({ v: 1, epoch: state.epoch, version, issuedAt: nowMs, jws }) });
  }
  return records;
}
