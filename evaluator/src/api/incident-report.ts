import type { Incident } from '@understudy/contracts/incident';
import type { FallbackReport, IncidentPart, IncidentReport } from '@understudy/contracts/incident-report';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { actionsOf } from './incident-actions.ts';
import { LONGEST_STRETCH_MS, type Stretch } from './incident-calls.ts';
import { readEvidence } from './incident-evidence.ts';
import { fallbackTarget, fallbackView, readServed } from './incident-fallback.ts';
import { type FoundIncident, summaryOf } from './incident-find.ts';
import { readHit } from './incident-hit.ts';
import { readEstimate, readLevel } from './incident-levels.ts';

/** Further signals are named, not measured. */
const MOST_LEVELS = 6;
/** So long before it began counts as before. */
const BEFORE_MS = 3_600_000;

/** Everything about one incident, in one answer. What the store cannot say now is named, and the rest is told all the same. */
export async function incidentReport(store: AnalyticsStore, one: FoundIncident, nowMs: number, say: (text: string) => void): Promise<IncidentReport> {
  const { incident, found } = one;
  const since = stretchSince(incident, nowMs);
  const fallback = found === undefined ? undefined : fallbackTarget(incident, found);
  const view = fallback === undefined || found === undefined ? undefined : fallbackView(fallback, found);
  const unavailable: IncidentPart[] = [];
  const ask = async <Answer>(part: IncidentPart, otherwise: Answer, read: () => Promise<Answer>): Promise<Answer> => {
    if (incident.route === '') return otherwise;
    return read().catch((error: unknown) => {
      say(`incident ${incident.incidentId}, ${part}: ${error instanceof Error ? error.message : String(error)}`);
      unavailable.push(part);
      return otherwise;
    });
  };
  const [levels, hit, evidence, fallbackReport] = await Promise.all([
    ask('levels', [], () => readLevels(store, one, since)),
    ask('hit', undefined, () => readHit(store, incident.signal, since)),
    ask('evidence', [], () => readEvidence(store, incident.signal, incident.baseline, since)),
    ask('fallback', view, () => readFallback(store, incident, view, nowMs)),
  ]);
  return { ...summaryOf(one), levels, ...(hit === undefined ? {} : { hit }), evidence, ...(fallbackReport === undefined ? {} : { fallbackReport }), actions: actionsOf(incident, fallback, found), unavailable: unavailable.sort() };
}

/** From when it is believed to have begun until now or its end; of a long one the newest day. */
function stretchSince(incident: Incident, nowMs: number): Stretch {
  const untilMs = (incident.resolvedAtMs ?? nowMs) + 1;
  return { project: incident.project, route: incident.route, target: incident.target, fromMs: Math.max(incident.beganAtMs ?? incident.openedAtMs, untilMs - LONGEST_STRETCH_MS), untilMs };
}

function readLevels(store: AnalyticsStore, { incident, found }: FoundIncident, since: Stretch): Promise<IncidentReport['levels']> {
  const beganAtMs = incident.beganAtMs ?? incident.openedAtMs;
  const before = { ...since, fromMs: beganAtMs - BEFORE_MS, untilMs: beganAtMs };
  const signals = [...new Set([incident.signal, ...incident.signals])].slice(0, MOST_LEVELS);
  return Promise.all(signals.map((signal) => readLevel(store, signal, found?.route.targets[incident.target]?.baselines[signal], before, since)));
}

async function readFallback(store: AnalyticsStore, incident: Incident, view: FallbackReport | undefined, nowMs: number): Promise<FallbackReport | undefined> {
  if (view === undefined) return undefined;
  const since = { ...stretchSince({ ...incident, beganAtMs: incident.openedAtMs }, nowMs), target: view.target };
  const [served, level] = [await readServed(store, since), await readEstimate(store, incident.signal, since)];
  return { ...view, served, ...(level === undefined ? {} : { level }) };
}
