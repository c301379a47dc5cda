import type { Incident } from '@understudy/contracts/incident';
import type { SnapshotRoute } from '@understudy/contracts/snapshot';
import type { AppAnswer, Observation } from './demo-observation.ts';

interface SeenEntry { readonly epoch: number; readonly version: number; readonly entry: SnapshotRoute | undefined }

/** What has been seen so far in one round of the demo. A fact is the first sight of something and never changes, but for `fallbackProved`, `judgeLearned` and the counts. */
export interface DemoFacts {
  readonly route?: string;
  readonly primary?: string;
  readonly healthy?: boolean;
  readonly fallbackProved?: boolean;
  /** What the judge says of a healthy primary is known. */
  readonly judgeLearned?: boolean;
  readonly causeStarted?: boolean;
  readonly causeEnded?: boolean;
  readonly incident?: Incident;
  readonly overridden?: SeenEntry;
  readonly fallbackAnswer?: AppAnswer;
  readonly fallbackModels?: readonly string[];
  readonly probing?: boolean;
  readonly probedBeforeCauseEnded?: boolean;
  readonly cleared?: SeenEntry;
  readonly primaryAnswer?: AppAnswer;
  readonly resolved?: boolean;
  /** Incidents that somebody was told of, with who it was. A message may be there before the incident was seen. */
  readonly alerted?: ReadonlyMap<string, string>;
  /** Of the application's calls, for the one who must find out why something never came. */
  readonly answered?: number;
  readonly failed?: number;
  readonly lastError?: string;
}

export function noteFact(facts: DemoFacts, observation: Observation, earlierIncidents: ReadonlySet<string>): DemoFacts {
  switch (observation.kind) {
    case 'route': return noteRoute(facts, observation);
    case 'incident': return earlierIncidents.has(observation.incident.incidentId) ? facts : noteIncident(facts, observation.incident);
    case 'snapshot': return noteSnapshot(facts, observation);
    case 'answer': return noteAnswer(countAnswer(facts, observation), observation);
    case 'trace': return facts.fallbackAnswer?.traceId === observation.traceId ? { ...facts, fallbackModels: observation.models } : facts;
    case 'cause': return observation.cause === 'none' ? (facts.causeStarted === true ? { ...facts, causeEnded: true } : facts) : { ...facts, causeStarted: true };
    case 'alert': return observation.change === 'opened' ? { ...facts, alerted: new Map([...(facts.alerted ?? []), [observation.incidentId, observation.receiver]]) } : facts;
    case 'tick': return facts;
  }
}

function noteRoute(facts: DemoFacts, { route }: Extract<Observation, { kind: 'route' }>): DemoFacts {
  const noted: DemoFacts = {
    ...facts, route: route.route, primary: facts.primary ?? route.primary, healthy: facts.healthy === true || route.state === 'healthy',
    fallbackProved: route.targets.some((target) => target.role === 'fallback' && target.proved),
    judgeLearned: route.targets.some((target) => target.role === 'primary' && target.signals.some(({ signal, baseline }) => signal === 'judge' && typeof baseline === 'number')),
  };
  return route.state === 'probing' ? noteProbing(noted) : noted;
}

function noteProbing(facts: DemoFacts): DemoFacts {
  if (facts.probing === true || facts.overridden === undefined) return facts;
  return { ...facts, probing: true, probedBeforeCauseEnded: facts.causeEnded !== true };
}

function noteIncident(facts: DemoFacts, incident: Incident): DemoFacts {
  if (facts.incident === undefined) return { ...facts, incident };
  return facts.incident.incidentId === incident.incidentId && incident.state === 'resolved' ? { ...facts, resolved: true } : facts;
}

/** An override sends served answers to another target than the primary; it is cleared when only the primary serves and nothing is probed. */
function noteSnapshot(facts: DemoFacts, seen: SeenEntry): DemoFacts {
  if (facts.primary === undefined || facts.causeStarted !== true) return facts;
  const targets = seen.entry?.targets ?? [];
  const servesElsewhere = targets.some(({ id, purpose, percent }) => purpose === 'serve' && percent > 0 && id !== facts.primary);
  const probes = targets.some(({ purpose }) => purpose === 'probe');
  if (facts.overridden === undefined) return servesElsewhere ? { ...facts, overridden: seen } : facts;
  if (probes) return noteProbing(facts);
  return facts.probing === true && facts.cleared === undefined && !servesElsewhere ? { ...facts, cleared: seen } : facts;
}

function countAnswer(facts: DemoFacts, answer: AppAnswer): DemoFacts {
  return answer.ok ? { ...facts, answered: (facts.answered ?? 0) + 1 } : { ...facts, failed: (facts.failed ?? 0) + 1, lastError: answer.error };
}

function noteAnswer(facts: DemoFacts, answer: AppAnswer): DemoFacts {
  if (!answer.ok || answer.purpose !== 'serve' || facts.causeStarted !== true) return facts;
  const isPrimary = answer.target === facts.primary;
  if (facts.fallbackAnswer === undefined) return !isPrimary && answer.reason === 'override' ? { ...facts, fallbackAnswer: answer } : facts;
  return facts.cleared !== undefined && facts.primaryAnswer === undefined && isPrimary ? { ...facts, primaryAnswer: answer } : facts;
}
