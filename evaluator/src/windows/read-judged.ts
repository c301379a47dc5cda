import type { AnalyticsStore } from '../store/analytics-store.ts';
import type { MinutesQuestion } from './read-minutes.ts';

/** A judgement comes at most so long after its call; older partitions are not looked at. */
const LONGEST_WAIT_MS = 2 * 86_400_000;
/** Judged calls are drawn with at least this probability (design §5); no single one may count for more. */
const LEAST_PROBABILITY = 0.01;

export interface Judged {
  readonly route: string;
  readonly target: string;
  readonly calls: number;
  /** Mean badness, 1 − score, of all calls: each judged one counts for as many as it was drawn from. */
  readonly meanBadness: number;
}

/** What the judge said in a range of time. Suspicious calls are judged more often than others: without weights the mean would be theirs. */
export async function readJudged(store: AnalyticsStore, { project, routes, targets, fromMs, untilMs }: Omit<MinutesQuestion, 'sketches'>): Promise<Judged[]> {
  const rows = await store.query<{ route: string; target: string; calls: string; mean: number }>(
    `SELECT route, target, count() AS calls, sum((1 - assumeNotNull(score)) * weight) / sum(weight) AS mean
     FROM (
       SELECT route, target, score, 1 / greatest(probability, ${LEAST_PROBABILITY}) AS weight FROM judgements FINAL
       WHERE project = {project:String} AND route IN {routes:Array(String)} AND target IN {targets:Array(String)} AND purpose != 'shadow' AND outcome = 'judged' AND score IS NOT NULL
         AND judged_at >= fromUnixTimestamp64Milli({from:Int64}) AND judged_at < fromUnixTimestamp64Milli({until:Int64}) AND received_at >= fromUnixTimestamp64Milli({receivedFrom:Int64})
     ) GROUP BY route, target`,
    { project, routes: [...routes], targets: [...targets], from: fromMs, until: untilMs, receivedFrom: fromMs - LONGEST_WAIT_MS },
  );
  return rows.map(({ route, target, calls, mean }) => ({ route, target, calls: Number(calls), meanBadness: mean }));
}
