import type { Hono } from 'hono';
import type { Policy } from '@understudy/contracts/policy';
import type { JudgeView } from '../judge/judge-state-view.ts';
import type { DecideStates } from '../roles/follow-decide-states.ts';
import { toldOfJudge } from '../sampling/told-of-judge.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { type JudgedTarget, readJudging } from './read-judging.ts';

export interface JudgeParts {
  readonly states: Pick<DecideStates, 'read'>;
  readonly store: AnalyticsStore;
  readonly policy: () => Policy;
  /** What the judge role has committed; undefined while it has not begun. */
  readonly judge: () => Promise<JudgeView | undefined>;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;

/** The judge: whether its verdicts count, what it has cost today (UTC), and how much of the traffic it has seen. */
export function judgeRoutes(app: Hono, parts: JudgeParts): void {
  app.get('/v1/judge', async (context) => {
    const { judge, project } = parts.policy();
    const dayStartMs = Math.floor(parts.now() / DAY_MS) * DAY_MS;
    const [states, targets, view] = await Promise.all([parts.states.read(), readJudging(parts.store, project, dayStartMs), parts.judge()]);
    const told = judge === undefined ? NONE : (toldOfJudge(states) ?? UNKNOWN);
    return context.json({
      project, model: judge?.model, health: told.health, text: told.text, sinceMs: told.sinceMs, anchorsPassedAtMs: told.anchorsPassedAtMs,
      today: {
        sinceMs: dayStartMs, ...sumOf(targets),
        // The judge's own books are ahead of the store, and have what anchors and control items cost.
        ...(view === undefined ? {} : { spentUsd: view.spentUsd, reservedUsd: view.reservedUsd, calls: view.calls, unpricedCalls: view.unpricedCalls, waiting: view.waiting }),
        budget: judge === undefined ? undefined : { usdPerDay: judge.usdPerDay, callsPerDay: judge.callsPerDay, reservePercent: judge.reservePercent, samplePercent: judge.samplePercent },
      },
      controls: view?.controls, anchors: view?.anchors.last,
      items: targets.map(viewOf), next: null,
    });
  });
}

interface Told {
  readonly health: string;
  readonly text: string;
  readonly sinceMs?: number | undefined;
  readonly anchorsPassedAtMs?: number | undefined;
}

const NONE: Told = { health: 'off', text: 'the policy has no judge: heuristics only' };
const UNKNOWN: Told = { health: 'unknown', text: 'the judge has not said anything yet' };

function sumOf(targets: readonly JudgedTarget[]) {
  const sum = (number: (target: JudgedTarget) => number) => targets.reduce((total, target) => total + number(target), 0);
  return { answers: sum(({ answers }) => answers), judged: sum(({ judged }) => judged), errors: sum(({ errors }) => errors), skipped: sum(({ skipped }) => skipped), excluded: sum(({ excluded }) => excluded), spentUsd: sum(({ spentUsd }) => spentUsd) };
}

function viewOf(target: JudgedTarget) {
  const drawn = target.judged + target.errors + target.skipped + target.excluded;
  return { ...target, drawn, coverage: share(target.judged, Math.max(target.answers, drawn)), excludedShare: share(target.excluded, drawn) };
}

/** Null where there is nothing to have a share of. */
function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
