import type { JudgeHealth } from '@understudy/contracts/evidence';
import type { Incident } from '@understudy/contracts/incident';
import type { AlertLedger, HeldIncident } from './alert-state.ts';
import { type HostileRoute, watchHostileTexts } from './security-incidents.ts';

/** Routes of a provider that get worse within this time have one cause. */
const TOGETHER_MS = 2 * 60_000;
const LEAST_ROUTES = 3;
const LEAST_SHARE = 0.5;
/** Over when at most one of the routes it explains is left, or so few of them. */
const REMAINING_SHARE = 0.25;
const KEPT_RESOLVED = 20;
/** Of a provider's incident; with more it is as clear. */
const MOST_ROUTES = 500;
/** A judge that fails for a moment is nobody's concern. */
const JUDGE_SETTLE_MS = 60_000;
const JUDGE_TROUBLE: ReadonlySet<JudgeHealth> = new Set(['quarantined', 'drifted', 'unreachable']);
/** The judge is well, be its budget spent, or there is none that could be ill. */
const JUDGE_FINE: ReadonlySet<JudgeHealth> = new Set(['healthy', 'spent', 'off']);

export interface JudgeNow {
  readonly health: JudgeHealth;
  readonly sinceMs: number;
  readonly text: string;
}

/** What decide's committed states say, as far as alerts need it. */
export interface DecidedNow {
  /** Of the routes of the served project, open and lately resolved. */
  readonly incidents: readonly Incident[];
  /** Providers of the primaries of routes that have had calls lately, by route. */
  readonly providers: ReadonlyMap<string, string>;
  readonly judge: JudgeNow | undefined;
  /** Routes whose users write to the judge. */
  readonly hostile: readonly HostileRoute[];
}

/** Opens and resolves the incidents that the leader holds itself. True when something changed. */
export function watchCommonCauses(ledger: AlertLedger, project: string, decided: DecidedNow, nowMs: number): boolean {
  const changes = [resolveProviders(ledger, decided, nowMs), openProviders(ledger, project, decided, nowMs), watchJudge(ledger, project, decided.judge, nowMs), watchHostileTexts(ledger, project, decided.hostile, nowMs)];
  const open = ledger.held.filter(isOpen);
  ledger.held = [...ledger.held.filter((held) => !isOpen(held)).slice(-KEPT_RESOLVED), ...open];
  return changes.includes(true);
}

/** Whether an open incident of the target's provider explains this one. */
export function isExplained(ledger: AlertLedger, incident: Incident): boolean {
  return incident.kind === 'route' && ledger.held.some((held) => isOpen(held) && held.incident.kind === 'provider' && held.incident.target === providerOf(incident.target));
}

/** `openai` of `openai/gpt-5`. */
export function providerOf(target: string): string {
  return target.split('/')[0] ?? target;
}

function openProviders(ledger: AlertLedger, project: string, decided: DecidedNow, nowMs: number): boolean {
  let isChanged = false;
  for (const [provider, incidents] of openByProvider(decided.incidents)) {
    const known = ledger.held.find((held) => isOpen(held) && held.incident.kind === 'provider' && held.incident.target === provider);
    if (known !== undefined) isChanged = addRoutes(known, incidents) || isChanged;
    else if (haveOneCause(incidents, routesOf(provider, decided.providers))) {
      ledger.held.push(providerIncident(project, provider, incidents, nowMs));
      isChanged = true;
    }
  }
  return isChanged;
}

function haveOneCause(incidents: readonly Incident[], activeRoutes: number): boolean {
  const newest = incidents.reduce((latest, incident) => Math.max(latest, incident.openedAtMs), 0);
  const together = incidents.filter((incident) => newest - incident.openedAtMs <= TOGETHER_MS).length;
  return together >= LEAST_ROUTES && together >= LEAST_SHARE * activeRoutes;
}

function resolveProviders(ledger: AlertLedger, decided: DecidedNow, nowMs: number): boolean {
  let isChanged = false;
  const open = openByProvider(decided.incidents);
  for (const held of ledger.held) {
    if (!isOpen(held) || held.incident.kind !== 'provider') continue;
    const left = open.get(held.incident.target)?.length ?? 0;
    if (left > Math.max(1, REMAINING_SHARE * held.routes.length)) continue;
    held.incident = { ...held.incident, state: 'resolved', resolvedAtMs: nowMs, done: [...held.incident.done, { atMs: nowMs, text: left === 0 ? 'every route is as it was' : `${left} of ${held.routes.length} routes are still affected` }] };
    isChanged = true;
  }
  return isChanged;
}

function providerIncident(project: string, provider: string, incidents: readonly Incident[], nowMs: number): HeldIncident {
  const [first] = incidents;
  if (first === undefined) throw new TypeError('an incident of a provider has routes');
  const beganAtMs = incidents.reduce((earliest, incident) => Math.min(earliest, incident.beganAtMs ?? incident.openedAtMs), nowMs);
  const routes = incidents.map((incident) => incident.route).slice(0, MOST_ROUTES);
  const incident: Incident = {
    kind: 'provider', incidentId: idOf(`provider-${provider}`, nowMs), project, route: '', target: provider, signal: mostFrequentSignal(incidents), state: 'open',
    action: incidents.some((each) => each.action === 'switch') ? 'switch' : 'alert', beganAtMs, openedAtMs: nowMs,
    // Of a common cause: how many routes there are, and how many make one.
    statistic: routes.length, threshold: LEAST_ROUTES, signals: [...new Set(incidents.flatMap((each) => each.signals))],
    done: [{ atMs: nowMs, text: `${routes.length} routes on ${provider} got worse within ${TOGETHER_MS / 60_000} min of each other` }],
  };
  return { incident, routes };
}

function addRoutes(held: HeldIncident, incidents: readonly Incident[]): boolean {
  const known = new Set(held.routes);
  const further = incidents.map((incident) => incident.route).filter((route) => !known.has(route)).slice(0, MOST_ROUTES - held.routes.length);
  held.routes.push(...further);
  const isRaised = held.incident.action === 'alert' && incidents.some((incident) => incident.action === 'switch');
  if (isRaised || further.length > 0) held.incident = { ...held.incident, action: isRaised ? 'switch' : held.incident.action, statistic: held.routes.length };
  return isRaised || further.length > 0;
}

function watchJudge(ledger: AlertLedger, project: string, judge: JudgeNow | undefined, nowMs: number): boolean {
  const open = ledger.held.find((held) => isOpen(held) && held.incident.kind === 'judge');
  if (judge === undefined) return false;
  if (open !== undefined) {
    if (!JUDGE_FINE.has(judge.health)) return false;
    open.incident = { ...open.incident, state: 'resolved', resolvedAtMs: nowMs, done: [...open.incident.done, { atMs: nowMs, text: `the judge is ${judge.health}` }] };
    return true;
  }
  if (!JUDGE_TROUBLE.has(judge.health) || nowMs - judge.sinceMs < JUDGE_SETTLE_MS) return false;
  ledger.held.push({
    routes: [],
    incident: {
      kind: 'judge', incidentId: idOf('judge', nowMs), project, route: '', target: 'judge', signal: 'judge', state: 'open', action: 'alert', beganAtMs: judge.sinceMs, openedAtMs: nowMs,
      statistic: (nowMs - judge.sinceMs) / 1000, threshold: JUDGE_SETTLE_MS / 1000, signals: ['judge'], done: [{ atMs: nowMs, text: `the judge is ${judge.health}: ${judge.text}; nothing is decided by it meanwhile` }],
    },
  });
  return true;
}

function openByProvider(incidents: readonly Incident[]): Map<string, Incident[]> {
  const byProvider = new Map<string, Incident[]>();
  for (const incident of incidents) {
    if (incident.state !== 'open' || incident.kind !== 'route') continue;
    const provider = providerOf(incident.target);
    const same = byProvider.get(provider);
    if (same === undefined) byProvider.set(provider, [incident]);
    else same.push(incident);
  }
  return byProvider;
}

function routesOf(provider: string, providers: ReadonlyMap<string, string>): number {
  return [...providers.values()].filter((each) => each === provider).length;
}

function mostFrequentSignal(incidents: readonly Incident[]): Incident['signal'] {
  const counts = new Map<Incident['signal'], number>();
  for (const { signal } of incidents) counts.set(signal, (counts.get(signal) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'error';
}

/** Ids go into headers: no dot, no slash, nothing that a name of the network brings along. */
function idOf(what: string, nowMs: number): string {
  return `inc-${what.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 60)}-${nowMs}`;
}

function isOpen(held: HeldIncident): boolean {
  return held.incident.state === 'open';
}
