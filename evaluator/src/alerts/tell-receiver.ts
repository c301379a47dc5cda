import { durationMs } from '@understudy/contracts/duration';
import type { Incident } from '@understudy/contracts/incident';
import type { AlertItem, AlertLedger, MessageChange, Notice, ReceiverLedger } from './alert-state.ts';
import { hasPassed } from './backoff.ts';
import { isExplained } from './leader-incidents.ts';
import type { NamedReceiver } from './receiver-names.ts';
import { isSilenced } from './silences.ts';

/** Incidents that open within this time are told together. */
const SETTLE_MS = 5_000;
/** Alertmanager takes an alert for resolved that it is not told of any more: its own `resolve_timeout` is 5 min. */
const REFRESH_MS = 60_000;
/** An incident that is nowhere to be found (its route was forgotten, the policy names another project) is over. */
const MISSING_MS = 10 * 60_000;
const MOST_ITEMS = 50;
/** Incidents that one receiver is told of at the same time: the ledger is written as a whole. Further ones wait until some of them are over. */
const MOST_NOTICES = 250;
/** Of what was done the newest; the incident itself has all of it. */
const TOLD_DONE = 3;
const MOST_ROUTES = 100;

export interface Telling {
  readonly ledger: AlertLedger;
  readonly named: NamedReceiver;
  readonly receiver: ReceiverLedger;
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly isInFlight: (messageId: string) => boolean;
  readonly nowMs: number;
}

interface Candidate {
  readonly notice: Notice;
  readonly incident: Incident;
}

type Candidates = Record<Exclude<MessageChange, 'test'>, Candidate[]>;

/** Goes through all that one receiver is to know, and puts messages into its outbox. True when something changed. */
export function tellReceiver(telling: Telling): boolean {
  let isChanged = noticeNewIncidents(telling);
  const candidates: Candidates = { opened: [], updated: [], repeated: [], resolved: [] };
  for (const [incidentId, notice] of Object.entries(telling.receiver.notices)) isChanged = advance(telling, incidentId, notice, candidates) || isChanged;
  if (!candidates.opened.some(({ notice }) => hasPassed(notice.sinceMs, SETTLE_MS, telling.nowMs))) candidates.opened = [];
  for (const change of ['resolved', 'opened', 'updated', 'repeated'] as const) enqueue(telling, change, candidates[change]);
  return isChanged || Object.values(candidates).some((list) => list.length > 0);
}

function noticeNewIncidents({ named, receiver, incidents, nowMs }: Telling): boolean {
  let isChanged = false;
  let room = MOST_NOTICES - Object.keys(receiver.notices).length;
  for (const incident of incidents.values()) {
    if (room <= 0) break;
    if (incident.state !== 'open' || receiver.notices[incident.incidentId] !== undefined || !named.receiver.actions.includes(incident.action)) continue;
    receiver.notices[incident.incidentId] = { stage: 'waiting', sinceMs: nowMs, repeats: 0, last: slim(incident) };
    room -= 1;
    isChanged = true;
  }
  return isChanged;
}

/** True when the notice changed by itself; what it is a candidate for changes it later. */
function advance(telling: Telling, incidentId: string, notice: Notice, candidates: Candidates): boolean {
  const { receiver, incidents, nowMs } = telling;
  const known = incidents.get(incidentId);
  if (known === undefined && notice.missingSinceMs === undefined) {
    notice.missingSinceMs = nowMs;
    return true;
  }
  const wasMissing = known !== undefined && notice.missingSinceMs !== undefined;
  if (wasMissing) notice.missingSinceMs = undefined;
  const incident = known ?? (hasPassed(notice.missingSinceMs ?? nowMs, MISSING_MS, nowMs) ? vanished(notice.last, nowMs) : undefined);
  if (incident === undefined) return wasMissing;
  const isOver = incident.state === 'resolved';
  if (isOver && (notice.stage === 'waiting' || notice.stage === 'done')) {
    // Nothing was said of it, or everything.
    delete receiver.notices[incidentId];
    return true;
  }
  if (notice.stage === 'waiting' && !isHeldBack(telling, incident)) candidates.opened.push({ notice, incident });
  if (notice.stage === 'open') advanceOpen(telling, { notice, incident }, candidates);
  return wasMissing;
}

function advanceOpen(telling: Telling, candidate: Candidate, candidates: Candidates): void {
  const { notice, incident } = candidate;
  if (incident.state === 'resolved') {
    if (isFree(telling, notice, incident.incidentId)) candidates.resolved.push(candidate);
    return;
  }
  if (notice.pending !== undefined) return;
  const isSilent = isSilenced(telling.ledger.silences, incident.route);
  const isNews = notice.told?.action !== incident.action || (incident.notes?.length ?? 0) > (notice.toldNotes ?? 0);
  if (isNews && !isSilent) candidates.updated.push(candidate);
  else if (isRepeatDue(telling, notice, isSilent)) candidates.repeated.push(candidate);
}

/** A silence does not end an alert that Alertmanager has: it goes on being refreshed. */
function isRepeatDue({ named, nowMs }: Telling, notice: Notice, isSilent: boolean): boolean {
  const everyMs = named.kind === 'alertmanager' ? REFRESH_MS : isSilent ? undefined : durationMs(named.receiver.repeat ?? '');
  return everyMs !== undefined && hasPassed(notice.toldAtMs ?? 0, everyMs, nowMs);
}

function isHeldBack({ ledger }: Telling, incident: Incident): boolean {
  return isSilenced(ledger.silences, incident.route) || isExplained(ledger, incident);
}

/** Whether the end can be told: a repeat or an update that is not on its way is dropped, one that is must not arrive after the end. */
function isFree({ receiver, isInFlight }: Telling, notice: Notice, incidentId: string): boolean {
  const pending = receiver.outbox.find(({ id }) => id === notice.pending);
  if (pending !== undefined) {
    if (isInFlight(pending.id)) return false;
    pending.items = pending.items.filter(({ incident }) => incident.incidentId !== incidentId);
    if (pending.items.length === 0) receiver.outbox = receiver.outbox.filter((message) => message !== pending);
  }
  notice.pending = undefined;
  return true;
}

/** What is told of an incident that is nowhere to be found any more: the notice keeps it. */
function slim(incident: Incident): Incident {
  return { ...incident, done: [] };
}

function vanished(last: Incident, nowMs: number): Incident {
  return { ...last, state: 'resolved', resolvedAtMs: nowMs, done: [{ atMs: nowMs, text: 'the route is not watched any more' }] };
}

function enqueue({ ledger, named, receiver, nowMs }: Telling, change: Exclude<MessageChange, 'test'>, candidates: readonly Candidate[]): void {
  // PagerDuty takes one event a request; the others take all that is told together.
  const size = named.kind === 'pagerduty' ? 1 : MOST_ITEMS;
  const group = candidates[0]?.incident.incidentId ?? '';
  for (let from = 0; from < candidates.length; from += size) {
    const part = candidates.slice(from, from + size);
    const [first] = part;
    if (first === undefined) return;
    const isAgain = change === 'updated' || change === 'repeated';
    const id = `${first.incident.incidentId}-${change}${isAgain ? `-${first.notice.repeats + 1}` : ''}`;
    receiver.outbox.push({ id, change, group, items: part.map((candidate) => itemOf(ledger, candidate, isAgain)), createdMs: nowMs, attempts: 0, refusals: 0, nextAttemptMs: nowMs });
    for (const { notice, incident } of part) move(notice, incident, change, id);
  }
}

function itemOf(ledger: AlertLedger, { notice, incident }: Candidate, isAgain: boolean): AlertItem {
  const routes = incident.kind === 'provider' ? ledger.held.find((held) => held.incident.incidentId === incident.incidentId)?.routes : undefined;
  const { told } = notice;
  const isOther = told !== undefined && (told.action !== incident.action || told.signal !== incident.signal || told.target !== incident.target);
  return {
    incident: { ...incident, signals: [...incident.signals], done: incident.done.slice(-TOLD_DONE) },
    ...(routes === undefined ? {} : { routes: routes.slice(0, MOST_ROUTES) }), ...(isOther ? { before: told } : {}), ...(notice.openedBy === undefined ? {} : { openedBy: notice.openedBy }), ...(isAgain ? { repeat: notice.repeats + 1 } : {}),
  };
}

function move(notice: Notice, incident: Incident, change: Exclude<MessageChange, 'test'>, messageId: string): void {
  notice.last = slim(incident);
  if (change === 'opened') Object.assign(notice, { stage: 'opening', openedBy: messageId });
  else if (change === 'resolved') notice.stage = 'resolving';
  else {
    notice.pending = messageId;
    notice.repeats += 1;
  }
}
