import type { Incident } from '@understudy/contracts/incident';
import type { SignalName } from '@understudy/contracts/signal';
import type { AnalyticsStore } from '../store/analytics-store.ts';

const MOST_DECISIONS = 200;
const SWITCHED: ReadonlySet<string> = new Set(['degraded', 'overridden', 'probing', 'recovering', 'exhausted']);

interface Row {
  readonly at_ms: string;
  readonly route: string;
  readonly state_to: string;
  readonly reason: string;
  readonly text: string;
  readonly target: string;
  readonly signal: SignalName | '';
  readonly statistic: number | null;
  readonly threshold: number | null;
  readonly baseline: number | null;
  readonly observed: number | null;
}

/** An incident that decide no longer keeps, as far as its decisions tell it. */
export async function readIncidentFromDecisions(store: AnalyticsStore, project: string, incidentId: string): Promise<Incident | undefined> {
  const rows = await store.query<Row>(
    `SELECT toUnixTimestamp64Milli(at) AS at_ms, route, state_to, reason, text, target, signal, statistic, threshold, baseline, observed FROM decisions FINAL
     WHERE project = {project:String} AND incident_id = {incidentId:String} ORDER BY at, evidence_offset, decision_id LIMIT ${MOST_DECISIONS}`, { project, incidentId },
  );
  const [first] = rows;
  const proof = rows.find(({ signal, statistic }) => signal !== '' && statistic !== null) ?? rows.find(({ signal }) => signal !== '');
  if (first === undefined || proof === undefined || proof.signal === '') return undefined;
  const end = rows.find(({ reason }) => reason === 'recovered');
  return {
    kind: 'route', incidentId, project, route: first.route, target: proof.target, signal: proof.signal, state: 'resolved', action: rows.some(({ state_to }) => SWITCHED.has(state_to)) ? 'switch' : 'alert',
    openedAtMs: Number(first.at_ms), resolvedAtMs: Number((end ?? rows.at(-1) ?? first).at_ms), statistic: proof.statistic ?? 0, threshold: proof.threshold ?? 0, baseline: proof.baseline ?? undefined, observed: proof.observed ?? undefined,
    signals: [...new Set(rows.map(({ signal }) => signal).filter((signal) => signal !== ''))], done: rows.map(({ at_ms, text }) => ({ atMs: Number(at_ms), text })),
  };
}
