import { partitionOf } from '@understudy/contracts/topics';
import type { AlertLedger } from './alert-state.ts';

const DOUBTFUL = 'they are so many that its verdicts do not count on this route';
const MOST_HASH = 0x7fff_ffff;

/** A route on which so many texts are hostile that somebody should look. */
export interface HostileRoute {
  readonly route: string;
  readonly target: string;
  readonly sinceMs: number;
  readonly statistic: number;
  readonly threshold: number;
  /** Whether the judge has no say there for it. */
  readonly isDoubtful: boolean;
}

/** Opens an incident of kind `security` for each route whose users write to the judge, and resolves it when they have stopped. True when something changed. */
export function watchHostileTexts(ledger: AlertLedger, project: string, hostile: readonly HostileRoute[], nowMs: number): boolean {
  let isChanged = false;
  const open = ledger.held.filter(({ incident }) => incident.kind === 'security' && incident.state === 'open');
  for (const held of open) {
    const now = hostile.find(({ route }) => route === held.incident.route);
    if (now !== undefined) {
      isChanged = raise(held, now, nowMs) || isChanged;
      continue;
    }
    held.incident = { ...held.incident, state: 'resolved', resolvedAtMs: nowMs, done: [...held.incident.done, { atMs: nowMs, text: 'few texts are hostile now' }] };
    isChanged = true;
  }
  for (const route of hostile) {
    if (open.some(({ incident }) => incident.route === route.route)) continue;
    ledger.held.push({ routes: [route.route], incident: openedFor(project, route, nowMs) });
    isChanged = true;
  }
  return isChanged;
}

/** The share has grown so far that the judge has no say: told once more. */
function raise(held: AlertLedger['held'][number], { isDoubtful }: HostileRoute, nowMs: number): boolean {
  if (!isDoubtful || held.incident.notes?.includes(DOUBTFUL) === true) return false;
  held.incident = { ...held.incident, notes: [...(held.incident.notes ?? []), DOUBTFUL], done: [...held.incident.done, { atMs: nowMs, text: DOUBTFUL }] };
  return true;
}

function openedFor(project: string, { route, target, sinceMs, statistic, threshold, isDoubtful }: HostileRoute, nowMs: number): AlertLedger['held'][number]['incident'] {
  const text = isDoubtful ? DOUBTFUL : 'they are left out of what it judges, and counted';
  return {
    kind: 'security',
    // Ids go into headers: of the name only what is plain there, and its hash, so that two routes never share one.
    incidentId: `inc-security-${route.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 60)}-${partitionOf(route, MOST_HASH).toString(36)}-${sinceMs}`, project, route, target, signal: 'judge', state: 'open', action: 'alert',
    beganAtMs: sinceMs, openedAtMs: nowMs, statistic, threshold, signals: ['judge'], ...(isDoubtful ? { notes: [DOUBTFUL] } : {}), done: [{ atMs: nowMs, text: `texts of ${route} try to influence the judge: ${text}` }],
  };
}
