import { JUDGE_HEALTHS, type JudgeHealth } from '@understudy/contracts/evidence';
import { TOPICS, partitionOf } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { JUDGE_GROUP } from '../roles/groups.ts';
import { controlAccuracy } from './health.ts';
import { type AnchorRunEnd, type JudgeState, newDay, newRouteBook, type RouteBook, type SkipReason, utcDay } from './judge-state.ts';
import { decodeJudgeState } from './judge-state-entries.ts';

/** What has become of a route's drawn calls today (UTC). */
export interface JudgeRouteView {
  readonly route: string;
  readonly spentUsd: number;
  readonly calls: number;
  readonly judged: number;
  readonly excluded: number;
  readonly error: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** Judged of drawn; undefined while none was drawn. */
  readonly coverage: number | undefined;
}

export interface JudgeView {
  /** Undefined while the judge has not told its health yet. */
  readonly health: JudgeHealth | undefined;
  readonly healthSinceMs: number | undefined;
  readonly day: string;
  /** Without what is only reserved. */
  readonly spentUsd: number;
  readonly reservedUsd: number;
  readonly calls: number;
  /** Calls whose price is not known: they are in no sum of money. */
  readonly unpricedCalls: number;
  readonly waiting: number;
  readonly underWay: number;
  readonly judged: number;
  readonly excluded: number;
  readonly error: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly coverage: number | undefined;
  readonly controls: { readonly seen: number; readonly accuracy: number | undefined };
  readonly anchors: { readonly last: AnchorRunEnd | undefined; readonly passedAtMs: number | undefined; readonly underWay: boolean; readonly unaffordable: boolean };
  readonly routes: readonly JudgeRouteView[];
}

/** The committed state of the judge of a project; undefined while it has none. */
export async function readJudgeState(log: Pick<EventLog, 'readState' | 'partitionCount'>, project: string): Promise<JudgeState | undefined> {
  const topic = TOPICS.judgeRequests.name;
  const stored = await log.readState(JUDGE_GROUP, topic, partitionOf(project, log.partitionCount(topic)));
  return stored === undefined ? undefined : decodeJudgeState(stored);
}

/** The judge for people: spend, coverage and health of today. */
export function judgeView(state: JudgeState, nowMs: number): JudgeView {
  const day = utcDay(nowMs);
  const book = state.day.day === day ? state.day : newDay(day);
  const open = state.reserved.filter((reservation) => reservation.day === day);
  const reservedUsd = open.reduce((sum, { mostUsd }) => sum + mostUsd, 0);
  const books = [...state.routes].filter(([, route]) => route.day === day).sort(([a], [b]) => (a < b ? -1 : 1));
  const openOf = (name: string) => open.filter(({ for: asked }) => asked.kind === 'request' && asked.route === name);
  const routes = books.map(([route, of]) => routeView(route, of, openOf(route).reduce((sum, { mostUsd }) => sum + mostUsd, 0), openOf(route).length));
  const all = books.reduce((sum, [, of]) => addCounts(sum, of), newRouteBook(day));
  const { told, controls } = state.health;
  return {
    health: JUDGE_HEALTHS.find((health) => health === told?.health), healthSinceMs: told?.sinceMs, day,
    spentUsd: Math.max(0, book.usd - reservedUsd), reservedUsd, calls: Math.max(0, book.calls - open.length), unpricedCalls: book.unpricedCalls,
    waiting: state.waiting.length, underWay: state.reserved.length, judged: all.judged, excluded: all.excluded, error: all.error, skipped: all.skipped, coverage: coverageOf(all),
    controls: { seen: controls.length, accuracy: controlAccuracy(controls) },
    anchors: { last: state.anchors.last, passedAtMs: state.anchors.passedAtMs, underWay: state.anchors.run !== undefined, unaffordable: state.anchors.unaffordable === true }, routes,
  };
}

function routeView(route: string, book: RouteBook, openUsd: number, openCalls: number): JudgeRouteView {
  const { judged, excluded, error, skipped } = book;
  return { route, spentUsd: Math.max(0, book.usd - openUsd), calls: Math.max(0, book.calls - openCalls), judged, excluded, error, skipped, coverage: coverageOf(book) };
}

function coverageOf({ judged, excluded, error, skipped }: Pick<RouteBook, 'judged' | 'excluded' | 'error' | 'skipped'>): number | undefined {
  const drawn = judged + excluded + error + Object.values(skipped).reduce((sum, count) => sum + count, 0);
  return drawn === 0 ? undefined : judged / drawn;
}

function addCounts(sum: RouteBook, more: RouteBook): RouteBook {
  const skipped: Partial<Record<SkipReason, number>> = { ...sum.skipped };
  for (const [reason, count] of Object.entries(more.skipped) as [SkipReason, number][]) skipped[reason] = (skipped[reason] ?? 0) + count;
  return { ...sum, judged: sum.judged + more.judged, excluded: sum.excluded + more.excluded, error: sum.error + more.error, skipped };
}
