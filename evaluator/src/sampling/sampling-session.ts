import type { SignalValues } from '@understudy/contracts/signal';
import { routeKey } from '@understudy/contracts/topics';
import type { Call } from '../normalise/call-from-span.ts';
import { isDrawn } from './draw.ts';
import { isFlagged } from './flagged.ts';
import type { SampledTarget, SamplingPlan } from './plan.ts';
import type { JudgedTraffic, TrafficCounts, TrafficView } from './traffic.ts';

interface Planner {
  planFor(of: SampledTarget, seen: TrafficView): SamplingPlan | undefined;
}

interface Noted extends TrafficCounts {
  readonly atMs: number;
}

export interface CallDraw {
  readonly flagged: boolean;
  readonly drawn: boolean;
}

/**
 * The draws of one ownership of a partition. A step that was not committed ends its ownership, so what a step notes is remembered only when the next one begins:
 * the repeat of a step that failed must not plan by the very calls that it draws.
 */
export class SamplingSession {
  readonly #planner: Planner;
  readonly #traffic: JudgedTraffic;
  readonly #uncommitted = new Map<string, Noted[]>();

  constructor(planner: Planner, traffic: JudgedTraffic) {
    this.#planner = planner;
    this.#traffic = traffic;
  }

  /** The step before was committed. */
  beginStep(): void {
    for (const [key, noted] of this.#uncommitted) for (const counts of noted) this.#traffic.note(key, counts.atMs, counts);
    this.#uncommitted.clear();
  }

  /** The calls of one receive time: they share their plans, which know nothing of them. */
  openGroup(atMs: number): GroupDraws {
    return new GroupDraws(this.#planner, atMs, (key) => this.#view(key, atMs), (key, counts) => {
      const noted = this.#uncommitted.get(key);
      if (noted === undefined) this.#uncommitted.set(key, [counts]);
      else noted.push(counts);
    });
  }

  #view(key: string, atMs: number): TrafficView {
    const view = this.#traffic.view(key, atMs);
    let { calls, draws } = view;
    for (const counts of this.#uncommitted.get(key) ?? []) {
      calls += counts.calls;
      draws += counts.draws;
    }
    return { ...view, calls, draws };
  }
}

export class GroupDraws {
  readonly #planner: Planner;
  readonly #atMs: number;
  readonly #view: (key: string) => TrafficView;
  readonly #remember: (key: string, counts: Noted) => void;
  readonly #plans = new Map<string, SamplingPlan | undefined>();
  readonly #counts = new Map<string, Noted>();

  constructor(planner: Planner, atMs: number, view: (key: string) => TrafficView, remember: (key: string, counts: Noted) => void) {
    this.#planner = planner;
    this.#atMs = atMs;
    this.#view = view;
    this.#remember = remember;
  }

  /** Undefined where the call's route is not judged now. */
  planOf(call: Call): SamplingPlan | undefined {
    const key = JSON.stringify([call.project, call.route, call.target, call.purpose]);
    if (!this.#plans.has(key)) this.#plans.set(key, this.#planner.planFor(call, this.#view(trafficKey(call))));
    return this.#plans.get(key);
  }

  draw(call: Call, signals: SignalValues, plan: SamplingPlan): CallDraw | undefined {
    if (!canBeJudged(call, signals)) return undefined;
    const flagged = isFlagged(signals);
    const drawn = isDrawn(call.traceId, call.spanId, flagged ? plan.sampling.flagged : plan.sampling.plain);
    const key = trafficKey(call);
    const counts = this.#counts.get(key) ?? { atMs: this.#atMs, calls: 0, flagged: 0, draws: 0 };
    this.#counts.set(key, counts);
    counts.calls += 1;
    if (flagged) counts.flagged += 1;
    if (drawn) counts.draws += 1;
    return { flagged, drawn };
  }

  /** All calls of the group have been drawn. */
  close(): void {
    for (const [key, counts] of this.#counts) this.#remember(key, counts);
  }
}

function trafficKey(call: Call): string {
  return JSON.stringify([routeKey(call.project, call.route), call.target]);
}

/** Only an answer that somebody got, and whose text is known. A call that failed or was given up has none; copies that nobody sees are not worth the money. */
function canBeJudged(call: Call, signals: SignalValues): boolean {
  return call.purpose !== 'shadow' && signals.error === 0 && call.outputText !== undefined && call.outputText.trim() !== '';
}
