import type { Incident } from '@understudy/contracts/incident';
import type { Proposal } from '@understudy/contracts/proposal';
import { type AlertLedger, type AlertMessage, newReceiverLedger, type ReceiverLedger, type SentAlert } from './alert-state.ts';
import { isDue } from './backoff.ts';
import { type DecidedNow, watchCommonCauses } from './leader-incidents.ts';
import type { NamedReceiver } from './receiver-names.ts';
import { type DeliveryResult, recordResult } from './record-results.ts';
import { applySilence, expireSilences } from './silences.ts';
import { tellReceiver } from './tell-receiver.ts';

/** Deliveries to one receiver at the same time, while it takes them. */
const MOST_IN_FLIGHT = 4;

export interface AlertTurn {
  readonly nowMs: number;
  readonly project: string;
  readonly receivers: readonly NamedReceiver[];
  /** Undefined: not read yet; nothing new is told. */
  readonly decided: DecidedNow | undefined;
  readonly proposals: readonly Proposal[];
  readonly results: readonly DeliveryResult[];
  readonly isInFlight: (receiver: string, messageId: string) => boolean;
  /** 0 to 1 */
  readonly random: () => number;
}

export interface Delivery {
  readonly named: NamedReceiver;
  readonly message: AlertMessage;
}

export interface AlertPlan {
  /** The ledger has to be committed before a delivery begins. */
  readonly isChanged: boolean;
  readonly deliveries: readonly Delivery[];
  readonly sent: readonly SentAlert[];
  /** For people, once. */
  readonly said: readonly string[];
}

/**
 * One turn of the leader about alerts: takes results and silences in, notices what opened, was raised or resolved, and says what is to be delivered now.
 * Changes `ledger` in place. A message keeps its id until it is delivered or given up, so that a repeated delivery can be told from a new alert.
 */
export function planAlerts(ledger: AlertLedger, turn: AlertTurn): AlertPlan {
  const { nowMs, decided } = turn;
  const recorded = turn.results.map((result) => recordResult(ledger, result, nowMs, turn.random)).filter((each) => each !== undefined);
  const silences = turn.proposals.filter((proposal) => proposal.kind === 'silence' && proposal.project === turn.project);
  for (const proposal of silences) if (proposal.kind === 'silence') applySilence(ledger, proposal);
  const changes = [recorded.length > 0, silences.length > 0, expireSilences(ledger, nowMs), keepReceivers(ledger, turn.receivers)];
  if (decided !== undefined) {
    changes.push(watchCommonCauses(ledger, turn.project, decided, nowMs));
    const incidents = new Map([...decided.incidents, ...ledger.held.map((held) => held.incident)].map((incident): [string, Incident] => [incident.incidentId, incident]));
    for (const named of turn.receivers) changes.push(tellReceiver({ ledger, named, receiver: ledgerOf(ledger, named), incidents, nowMs, isInFlight: (messageId) => turn.isInFlight(named.name, messageId) }));
  }
  return {
    isChanged: changes.includes(true), sent: recorded.flatMap(({ sent }) => sent), said: recorded.flatMap(({ said }) => said),
    deliveries: turn.receivers.flatMap((named) => dueMessages(ledgerOf(ledger, named), named, turn).map((message) => ({ named, message }))),
  };
}

/** Who is not named any more is told nothing any more. */
function keepReceivers(ledger: AlertLedger, receivers: readonly NamedReceiver[]): boolean {
  const names = new Set(receivers.map(({ name }) => name));
  const gone = Object.keys(ledger.receivers).filter((name) => !names.has(name));
  for (const name of gone) delete ledger.receivers[name];
  const added = [...names].filter((name) => ledger.receivers[name] === undefined);
  for (const name of added) ledger.receivers[name] = newReceiverLedger();
  return gone.length + added.length > 0;
}

function ledgerOf(ledger: AlertLedger, { name }: NamedReceiver): ReceiverLedger {
  const receiver = ledger.receivers[name];
  if (receiver === undefined) throw new TypeError(`the receiver ${name} has no ledger`);
  return receiver;
}

/** A receiver that fails is asked with one message at a time. */
function dueMessages(receiver: ReceiverLedger, { name }: NamedReceiver, { nowMs, isInFlight }: AlertTurn): AlertMessage[] {
  if (!isDue(receiver.notBeforeMs, nowMs)) return [];
  const inFlight = receiver.outbox.filter(({ id }) => isInFlight(name, id)).length;
  const room = (receiver.failuresInARow > 0 ? 1 : MOST_IN_FLIGHT) - inFlight;
  return receiver.outbox.filter(({ id, nextAttemptMs }) => isDue(nextAttemptMs, nowMs) && !isInFlight(name, id)).slice(0, Math.max(0, room));
}
