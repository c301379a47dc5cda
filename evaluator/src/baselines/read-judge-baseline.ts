import type { BaselineStatistics } from '@understudy/contracts/evidence';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import type { BaselineQuestion } from './read-baseline.ts';

const LOOK_BACK_MS = 14 * 86_400_000;
/** More judged calls sharpen the baseline no further. */
const MOST_CALLS = 20_000;

/**
 * The judge's baseline of a (route, target): the mean badness of flagged and of plain calls apart, and of all, each kind with the share that it has among all calls
 * (every drawn call stands for 1/π). Of real requests, outside incidents, and by the judge and the rubric of now: what others said is not compared with them.
 */
export async function readJudgeBaseline(store: AnalyticsStore, { project, route, target, nowMs, badTimes = [], judgedBy }: BaselineQuestion): Promise<BaselineStatistics | undefined> {
  const at = (ms: number): string => `fromUnixTimestamp64Milli(${Math.trunc(ms)})`;
  const bad = badTimes.map(({ fromMs, toMs }) => ` AND NOT (received_at >= ${at(fromMs)} AND received_at < ${at(toMs)})`).join('');
  const rows = await store.query<{ flagged: boolean; judged: string; badness: number; weight: number }>(
    `SELECT flagged, countIf(outcome = 'judged') AS judged, avgIf(1 - score, outcome = 'judged') AS badness, sum(1 / greatest(probability, 0.01)) AS weight
     FROM (SELECT flagged, outcome, score, probability FROM judgements FINAL
       WHERE project = {project:String} AND route = {route:String} AND target = {target:String} AND purpose IN ('serve', 'standby')
         AND judge_model = {model:String} AND rubric_version = {rubric:String} AND received_at >= ${at(nowMs - LOOK_BACK_MS)}${bad}
       ORDER BY received_at DESC LIMIT ${MOST_CALLS})
     GROUP BY flagged`,
    { project, route, target, model: judgedBy?.model ?? '', rubric: judgedBy?.rubricVersion ?? '' },
  );
  const [flagged, plain] = [true, false].map((is) => rows.find((row) => row.flagged === is));
  return sampledBaseline(kindOf(flagged), kindOf(plain));
}

/** What was judged of the flagged or of the plain calls; `weight`: for how many calls the drawn ones stand. */
export interface JudgedKind {
  readonly judged: number;
  readonly badness: number;
  readonly weight: number;
}

/**
 * The baseline of a sample in which flagged calls are more than their share. Its `calls` are those of a sample without preference that would be as sure: of 45 flagged
 * and 5 plain ones, where every tenth call is flagged, the mean of all is no surer than the 5 make it.
 */
export function sampledBaseline(flagged: JudgedKind, plain: JudgedKind): Extract<BaselineStatistics, { kind: 'score' }> | undefined {
  const weight = flagged.weight + plain.weight;
  if (plain.judged === 0 || weight === 0) return undefined;
  const flaggedShare = flagged.weight / weight;
  // Flagged calls of which none was judged say nothing worse than the others.
  const flaggedMean = flagged.judged === 0 ? plain.badness : flagged.badness;
  const mean = flaggedShare * flaggedMean + (1 - flaggedShare) * plain.badness;
  const asSureAs = flagged.judged === 0 ? plain.judged : Math.min(plain.judged / Math.max(1e-9, 1 - flaggedShare), flagged.judged / Math.max(1e-9, flaggedShare));
  return { kind: 'score', calls: Math.floor(asSureAs), mean, sampled: { flaggedShare, flaggedCalls: flagged.judged, flaggedMean, plainCalls: plain.judged, plainMean: plain.badness } };
}

function kindOf(row: { judged: string; badness: number; weight: number } | undefined): JudgedKind {
  const badness = row?.badness;
  return { judged: Number(row?.judged ?? 0), badness: badness === undefined || !Number.isFinite(badness) ? 0 : Math.min(1, Math.max(0, badness)), weight: row?.weight ?? 0 };
}
