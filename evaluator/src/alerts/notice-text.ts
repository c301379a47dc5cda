import type { Incident } from '@understudy/contracts/incident';
import { signalDefinition, type SignalName } from '@understudy/contracts/signal';
import type { AlertItem, MessageChange } from './alert-state.ts';

/** An incident as somebody who is on call reads it. No text of a call is in it. */
export interface NoticeText {
  /** On one line: which route, and what got worse from what to what. */
  readonly title: string;
  /** Since when, what was done, what can be done. */
  readonly lines: readonly string[];
}

const MOST_ROUTES = 10;
const MOST_NOTES = 3;

export function noticeText(change: MessageChange, item: AlertItem): NoticeText {
  const { incident } = item;
  return {
    title: clean(`${prefixOf(change, incident)}${subjectOf(incident)}: ${whatText(incident)}`),
    lines: [sinceText(incident), ...notesText(incident), ...routesText(item), `Done: ${doneText(incident)}`, `You can: ${commandText(incident)}`, `Incident ${incident.incidentId}, project ${incident.project}`].map(clean),
  };
}

/** The title of several incidents that are told together. */
export function groupTitle(change: MessageChange, items: readonly AlertItem[]): string {
  const [first] = items;
  if (first === undefined) return '';
  if (items.length === 1) return noticeText(change, first).title;
  const names = [...new Set(items.map(({ incident }) => subjectOf(incident)))];
  return clean(`${change === 'resolved' ? 'Resolved: ' : ''}${items.length} incidents: ${names.slice(0, MOST_ROUTES).join(', ')}${names.length > MOST_ROUTES ? ' and others' : ''}`);
}

/** `2.5 %`, or a number with its unit. */
export function levelText(signal: SignalName, value: number): string {
  const { kind, unit } = signalDefinition(signal);
  return kind === 'rate' || kind === 'score' ? `${short(100 * value)} %` : `${short(value)} ${unit}`;
}

function prefixOf(change: MessageChange, incident: Incident): string {
  if (change === 'test') return 'Test: ';
  if (incident.state === 'resolved') return 'Resolved: ';
  return change === 'repeated' ? 'Still open: ' : '';
}

function subjectOf(incident: Incident): string {
  if (incident.kind === 'provider') return `provider ${incident.target}`;
  return incident.kind === 'judge' ? 'the judge' : incident.route;
}

function whatText(incident: Incident): string {
  if (incident.kind === 'provider') return `${incident.statistic} routes got worse at the same time (${incident.signals.join(', ')})`;
  if (incident.kind === 'judge') return 'cannot be trusted or reached';
  if (incident.kind === 'security') return `many texts of ${incident.target} try to influence the judge`;
  const subject = `${incident.signals.length > 1 ? `${incident.signal} (and ${incident.signals.filter((signal) => signal !== incident.signal).join(', ')})` : incident.signal} of ${incident.target}`;
  if (incident.observed === undefined) return `${subject} has changed`;
  const now = levelText(incident.signal, incident.observed);
  if (incident.baseline === undefined) return `${subject} is at ${now}`;
  return `${subject} ${incident.observed > incident.baseline ? 'rose' : 'fell'} from ${levelText(incident.signal, incident.baseline)} to ${now}`;
}

function sinceText(incident: Incident): string {
  const shown = incident.beganAtMs !== undefined && incident.beganAtMs < incident.openedAtMs ? `, shown ${clock(incident.openedAtMs)}` : '';
  return `Since ${clock(incident.beganAtMs ?? incident.openedAtMs)} UTC${shown}${incident.resolvedAtMs === undefined ? '' : `; resolved ${clock(incident.resolvedAtMs)}`}`;
}

function notesText({ notes = [] }: Incident): string[] {
  return notes.length === 0 ? [] : [`Also: ${notes.slice(-MOST_NOTES).join('; ')}`];
}

function routesText({ routes }: AlertItem): string[] {
  if (routes === undefined || routes.length === 0) return [];
  return [`Routes: ${routes.slice(0, MOST_ROUTES).join(', ')}${routes.length > MOST_ROUTES ? ` and ${routes.length - MOST_ROUTES} more` : ''}; they are not told of one by one`];
}

function doneText(incident: Incident): string {
  if (incident.done.length > 0) return incident.done.slice(-3).map(({ atMs, text }) => `${clock(atMs).slice(11)} ${text}`).join('; ');
  if (incident.suggestion !== undefined) return `nothing yet; proposed: ${incident.suggestion}`;
  return incident.action === 'switch' ? 'nothing yet' : 'nothing: this only alerts';
}

function commandText(incident: Incident): string {
  const { incidentId, kind } = incident;
  if (incident.state === 'resolved') return `npx understudy incidents ${incidentId}`;
  if (kind === 'judge') return 'npx understudy judge';
  if (kind === 'provider') return 'npx understudy incidents; npx understudy override freeze --for 1h --reason TEXT';
  const route = shellWord(incident.route);
  if (incident.suggestion !== undefined) return `npx understudy override apply ${route} ${incidentId} --reason TEXT`;
  const back = incident.fallback === undefined ? '' : `; to go back at once: npx understudy override pin ${route} ${shellWord(incident.target)} --for 2h --reason TEXT`;
  return `npx understudy incidents ${incidentId}${back}; npx understudy alert silence ${route} --for 2h --reason TEXT`;
}

/** Names come from the network, and somebody pastes this into a shell. */
function shellWord(name: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9_./:@+-]*$/.test(name) ? name : `'${name.replaceAll('\'', '\'\\\'\'')}'`;
}

/** On one line, without control characters: a name of the network must not write lines of its own. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
}

/** Three digits that matter. */
function short(value: number): string {
  return Math.abs(value) >= 1e6 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

function clock(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}
