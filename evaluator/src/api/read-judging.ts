import type { AnalyticsStore } from '../store/analytics-store.ts';

/** Names of routes and targets come from the network: the busiest are shown. */
const MOST_TARGETS = 200;

/** What became of the drawn calls of a (route, target) in a day. */
export interface JudgedTarget {
  readonly route: string;
  readonly target: string;
  /** Answers that could have been judged: their text is known, and somebody got them. */
  readonly answers: number;
  readonly judged: number;
  readonly errors: number;
  readonly skipped: number;
  /** Hostile texts. */
  readonly excluded: number;
  /** Mean of the verdicts' scores; null without one. */
  readonly meanScore: number | null;
  readonly spentUsd: number;
  /** Verdicts that came from the cache. */
  readonly cached: number;
  /** Why a drawn call has no verdict: reason → calls. */
  readonly reasons: Readonly<Record<string, number>>;
}

const OF_THE_DAY = 'project = {project:String} AND received_at >= fromUnixTimestamp64Milli({from:Int64})';

/** Of a project, from the stored judgements and calls, the busiest first. What was drawn and is not in the store yet is not counted. */
export function readJudging(store: AnalyticsStore, project: string, from: number): Promise<JudgedTarget[]> {
  return store.query<JudgedTarget>(
    `SELECT route, target, answers, judged, errors, skipped, excluded, meanScore, spentUsd, cached, reasons FROM (
       SELECT route, target, countIf(error = 0 AND length > 0 AND purpose != 'shadow') AS answers
       FROM calls FINAL WHERE ${OF_THE_DAY} GROUP BY route, target
     ) AS called
     FULL OUTER JOIN (
       SELECT route, target, countIf(outcome = 'judged') AS judged, countIf(outcome = 'error') AS errors, countIf(outcome = 'skipped') AS skipped, countIf(outcome = 'excluded') AS excluded,
         avgOrNullIf(score, outcome = 'judged') AS meanScore, ifNull(sum(cost_usd), 0) AS spentUsd, countIf(cached) AS cached,
         sumMap(if(reason = '', map(), map(reason, toUInt64(1)))) AS reasons
       FROM judgements FINAL WHERE ${OF_THE_DAY} GROUP BY route, target
     ) AS drawn USING (route, target)
     ORDER BY judged DESC, answers DESC, route, target LIMIT ${MOST_TARGETS}
     SETTINGS do_not_merge_across_partitions_select_final = 1`,
    { project, from },
  );
}
