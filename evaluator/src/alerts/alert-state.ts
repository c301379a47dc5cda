import type { Incident } from '@understudy/contracts/incident';

/** Key of the ledger's entry in the leader's state. */
export const ALERTS_ENTRY = 'alerts';

/** What the leader remembers of alerts between its steps; committed with them, under a key of its own. Survives JSON. */
export interface AlertLedger {
  v: 1;
  silences: Silence[];
  /** Incidents that no route has: of a provider, of the judge. The open ones, and the newest that are resolved. */
  held: HeldIncident[];
  /** By the receiver's name. */
  receivers: Record<string, ReceiverLedger>;
  /** What was delivered, newest last, for those who watch. */
  sent: SentAlert[];
}

export interface Silence {
  /** Undefined: all alerts. */
  readonly route?: string;
  readonly untilMs: number;
  /** Who, and why. */
  readonly reason: string;
}

export interface HeldIncident {
  incident: Incident;
  /** Of an incident of a provider: the routes that it explains. */
  routes: string[];
}

export interface ReceiverLedger {
  /** By incident: how far its story has been told. */
  notices: Record<string, Notice>;
  /** Messages that are to be delivered, oldest first. */
  outbox: AlertMessage[];
  failuresInARow: number;
  /** Not tried before, while it is down. */
  notBeforeMs: number;
  lastSuccessMs?: number;
  lastFailure?: { readonly atMs: number; readonly reason: string };
  /** The newest messages that were given up. */
  dead: DeadLetter[];
  deadCount: number;
  deliveredCount: number;
}

/**
 * waiting: nothing was said. opening: the first message is under way. open: it was delivered. resolving: the last one is under way.
 * done: told to the end, or given up.
 */
export interface Notice {
  stage: 'waiting' | 'opening' | 'open' | 'resolving' | 'done';
  sinceMs: number;
  /** A repeat or an update that is under way while it is open. */
  pending?: string;
  /** As the receiver knows it: what Alertmanager tells alerts apart by, and what an update changes. */
  told?: ToldFacts;
  /** How many notes of the incident the receiver has. */
  toldNotes?: number;
  toldAtMs?: number;
  /** Id of the message that opened it: later mails answer it. */
  openedBy?: string;
  repeats: number;
  /** Since when the incident is nowhere to be found. */
  missingSinceMs?: number;
  /** What is told of it when it is gone. */
  last: Incident;
}

export type ToldFacts = Pick<Incident, 'action' | 'signal' | 'target'>;

export type MessageChange = 'opened' | 'updated' | 'repeated' | 'resolved' | 'test';

/** One delivery to one receiver; its id stays the same at every attempt and under every leader. */
export interface AlertMessage {
  readonly id: string;
  readonly change: MessageChange;
  /** Id of the first incident of those that are told together. */
  readonly group: string;
  items: AlertItem[];
  readonly createdMs: number;
  attempts: number;
  /** Attempts that the receiver refused for good. */
  refusals: number;
  nextAttemptMs: number;
}

export interface AlertItem {
  readonly incident: Incident;
  /** Routes that an incident of a provider explains. */
  readonly routes?: readonly string[];
  /** What the receiver was told before, where that has changed. */
  readonly before?: ToldFacts;
  /** Id of the message that opened it. */
  readonly openedBy?: string;
  /** How often it was told again. */
  readonly repeat?: number;
}

export interface DeadLetter {
  readonly atMs: number;
  readonly change: MessageChange;
  readonly incidentIds: readonly string[];
  readonly attempts: number;
  readonly reason: string;
}

export interface SentAlert {
  readonly atMs: number;
  readonly receiver: string;
  readonly change: MessageChange;
  readonly incidentId: string;
}

export function initialAlertLedger(): AlertLedger {
  return { v: 1, silences: [], held: [], receivers: Object.create(null), sent: [] };
}

export function newReceiverLedger(): ReceiverLedger {
  return { notices: Object.create(null), outbox: [], failuresInARow: 0, notBeforeMs: 0, dead: [], deadCount: 0, deliveredCount: 0 };
}

export function alertLedgerFromJson(text: string): AlertLedger {
  const ledger = JSON.parse(text) as AlertLedger;
  ledger.receivers = Object.assign(Object.create(null), ledger.receivers);
  for (const receiver of Object.values(ledger.receivers)) receiver.notices = Object.assign(Object.create(null), receiver.notices);
  return ledger;
}

/** Incidents that the leader holds itself, open and resolved, for lists of incidents. */
export function leaderIncidents(ledger: AlertLedger): Incident[] {
  return ledger.held.map(({ incident }) => incident);
}
