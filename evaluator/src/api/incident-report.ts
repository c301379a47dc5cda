import { setTimeout as pause } from 'node:timers/promises';
import type { Incident } from '@understudy/contracts/incident';
import type { FallbackReport, IncidentPart, IncidentReport } from '@understudy/contracts/incident-report';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { rulesOf } from '../windows/threshold-rules.ts';
import { actionsOf } from './incident-actions.ts';
import { LONGEST_STRETCH_MS, type Stretch } from './incident-calls.ts';
import { readEvidence } from './incident-evidence.ts';
import { fallbackTarget, fallbackView, readServed } from './incident-fallback.ts';
import { type FoundIncident, summaryOf } from './incident-find.ts';
import { readHit } from './incident-hit.ts';
import { readModels } from './incident-models.ts';
import { readEstimate, readLevel } from './incident-levels.ts';

/** Further signals are named, not measured. */
const MOST_LEVELS = 6;
/** So long before it began counts as before. */
const BEFORE_MS = 3_600_000;
/** Who is on call does not wait longer for a part. */
const ANSWER_MS = 6_000;
/** Where nothing says when it began. */
const UNKNOWN_BEGIN_MS = 300_000;

export interface ReportOptions {
  readonly nowMs: number;
  readonly say: (text: string) => void;
  /** How long each part is waited for. */
  readonly answerMs?: number;
}

/** Everything about one incident, in one answer. What the store cannot say now is named, and the rest is told all the same. */
export async function incidentReport(store: AnalyticsStore, one: FoundIncident, { nowMs, say, answerMs = ANSWER_MS }: ReportOptions): Promise<IncidentReport> {
  const { incident, found } = one;
  const beganAtMs = beganAt(one);
  const since = stretchOf(incident, incident.target, beganAtMs, nowMs);
  const fallback = found === undefined ? undefined : fallbackTarget(incident, found);
  const view = fallback === undefined || found === undefined ? undefined : fallbackView(fallback, found);
  const unavailable: IncidentPart[] = [];
  const ask = async <Answer>(part: IncidentPart, otherwise: Answer, read: () => Promise<Answer>): Promise<Answer> => {
    if (incident.route === '') return otherwise;
    return within(answerMs, read()).catch((error: unknown) => {
      say(`incident ${incident.incidentId}, ${part}: ${error instanceof Error ? error.message : String(error)}`);
      unavailable.push(part);
      return otherwise;
    });
  };
  const [levels, hit, models, evidence, fallbackReport] = await Promise.all([
    ask('levels', [], () => readLevels(store, one, beganAtMs, since)),
    ask('hit', undefined, () => readHit(store, incident.signal, since)),
    ask('models', [], () => readModels(store, { ...since, fromMs: Math.max(beganAtMs - BEFORE_MS, since.untilMs - 2 * LONGEST_STRETCH_MS) }, beganAtMs)),
    ask('evidence', [], () => readEvidence(store, incident.signal, incident.baseline, since)),
    ask('fallback', view, () => readFallback(store, incident, view, nowMs)),
  ]);
  return { ...summaryOf(one, nowMs), brokenRules: brokenRules(one), levels, ...(hit === undefined ? {} : { hit }), models, evidence, ...(fallbackReport === undefined ? {} : { fallbackReport }), actions: actionsOf(one, fallback, nowMs), unavailable: unavailable.sort() };
}

/** Those of the incident's target, on any signal. */
function brokenRules({ incident, found }: FoundIncident): IncidentReport['brokenRules'] {
  return Object.entries(found?.route.targets[incident.target]?.broken ?? {}).map(([rule, { signal, observed, limit, sinceMs }]) => ({ rule, signal, observed, limit, sinceMs }));
}

/** Its late answer, or late failure, is nobody's concern any more. */
async function within<Answer>(limitMs: number, answer: Promise<Answer>): Promise<Answer> {
  const waiting = new AbortController();
  const late = pause(limitMs, undefined, { signal: waiting.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${limitMs / 1_000} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    waiting.abort();
    answer.catch(() => undefined);
  }
}

/** When it is believed to have begun. Without an estimate, as where a plain rule is broken: as long before it was opened as the rules about its signal look back. */
function beganAt({ incident, found }: FoundIncident): number {
  const rules = found === undefined ? [] : rulesOf(found.state.policy, incident.route).filter(({ signal }) => signal === incident.signal);
  return incident.beganAtMs ?? incident.openedAtMs - Math.max(UNKNOWN_BEGIN_MS, ...rules.map(({ overMs }) => overMs));
}

/** Until now or its end; of a long one the newest day. */
function stretchOf(incident: Incident, target: string, beganAtMs: number, nowMs: number): Stretch {
  const untilMs = (incident.resolvedAtMs ?? nowMs) + 1;
  return { project: incident.project, route: incident.route, target, fromMs: Math.max(beganAtMs, untilMs - LONGEST_STRETCH_MS), untilMs };
}

function readLevels(store: AnalyticsStore, { incident, found }: FoundIncident, beganAtMs: number, since: Stretch): Promise<IncidentReport['levels']> {
  const before = { ...since, fromMs: beganAtMs - BEFORE_MS, untilMs: beganAtMs };
  const signals = [...new Set([incident.signal, ...incident.signals])].slice(0, MOST_LEVELS);
  return Promise.all(signals.map((signal) => readLevel(store, signal, found?.route.targets[incident.target]?.baselines[signal], before, since)));
}

async function readFallback(store: AnalyticsStore, incident: Incident, view: FallbackReport | undefined, nowMs: number): Promise<FallbackReport | undefined> {
  if (view === undefined) return undefined;
  const since = stretchOf(incident, view.target, incident.openedAtMs, nowMs);
  const [served, level] = [await readServed(store, since), await readEstimate(store, incident.signal, since)];
  return { ...view, served, ...(level === undefined ? {} : { level }) };
}
