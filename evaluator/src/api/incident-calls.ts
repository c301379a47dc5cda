/** Calls of one route in a stretch of receive time. */
export interface Stretch {
  readonly project: string;
  readonly route: string;
  readonly target: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** An older part of a long incident is not looked at: what is asked must stay bounded. */
export const LONGEST_STRETCH_MS = 24 * 3_600_000;
/** A span may have begun so long before it was received; senders without a clock stand in 1970. */
const LONGEST_CALL_MS = 86_400_000;

/** Copies whose answer nobody saw are no users' calls. */
export const OF_ROUTE = `project = {project:String} AND route = {route:String} AND purpose != 'shadow' AND received_at >= fromUnixTimestamp64Milli({from:Int64}) AND received_at < fromUnixTimestamp64Milli({until:Int64})`;
export const OF_TARGET = `${OF_ROUTE} AND target = {target:String}`;
/** Prunes the days of the table `calls`. */
export const STARTED = `(started_at >= fromUnixTimestamp64Milli({startedFrom:Int64}) OR started_at = fromUnixTimestamp64Milli(0))`;

/** A repeat of a call tells the same start, so that its copies stand in one partition. */
export const SETTINGS = 'SETTINGS do_not_merge_across_partitions_select_final = 1';

export function parametersOf({ project, route, target, fromMs, untilMs }: Stretch): Record<string, unknown> {
  return { project, route, target, from: Math.trunc(fromMs), until: Math.trunc(untilMs), startedFrom: Math.max(0, Math.trunc(fromMs) - LONGEST_CALL_MS) };
}
