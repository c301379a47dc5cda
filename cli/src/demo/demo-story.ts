import { type DemoCause, type DemoEventName, endsInAlert } from '@understudy/contracts/demo-event';
import { type DemoFacts, noteFact } from './demo-facts.ts';
import type { Observation } from './demo-observation.ts';

/** A cause ends this long after the fallback's first answer: before the hold-down is over, so that the first probe meets a well primary. */
const CAUSE_LASTS_MS = 3_000;
/** `--cause none`: so long nothing may happen. */
export const QUIET_MS = 180_000;

export interface StoryPlan {
  readonly cause: DemoCause;
  readonly fallbackModel: string;
  /** The cause starts at the earliest so long after the route is healthy. */
  readonly restMs: number;
  readonly earlierIncidents: ReadonlySet<string>;
}

export type StoryEvent = { readonly event: Exclude<DemoEventName, 'ready'> } & Readonly<Record<string, unknown>>;

/** What the runner has to do for the story to go on. */
export type StoryAction = { readonly kind: 'set-cause'; readonly cause: DemoCause } | { readonly kind: 'look-up-trace'; readonly traceId: string };

export interface Story {
  readonly plan: StoryPlan;
  readonly facts: DemoFacts;
  /** Index into the stages of the plan. */
  readonly stage: number;
  readonly asked: ReadonlySet<StoryAction['kind'] | 'set-cause-none'>;
  /** When each event was told, in milliseconds of the caller's clock. */
  readonly toldAtMs: ReadonlyMap<string, number>;
  readonly finished?: { readonly ok: boolean };
}

export interface StoryStep { readonly story: Story; readonly events: readonly StoryEvent[]; readonly actions: readonly StoryAction[] }

interface Stage {
  readonly event: StoryEvent['event'];
  /** Given up so long after `since`. */
  readonly withinMs: number;
  readonly since: string;
  readonly missing: string;
  readonly tell: (facts: DemoFacts, sinceMs: (event: string) => number, plan: StoryPlan) => Readonly<Record<string, unknown>> | undefined;
}

const DETECTED_WITHIN_MS = 30_000;
/** The judge sees a sample, and is itself checked before people are told. */
const JUDGED_WITHIN_MS = 60_000;

/** Twice the goal (detection 15 s, fallback 20 s, recovery 60 s) is waited for before the run is given up. */
const STAGES: readonly Stage[] = [
  { event: 'route.healthy', withinMs: 90_000, since: 'start', missing: 'no baseline of the primary was learned', tell: ({ healthy, route }) => (healthy === true ? { route } : undefined) },
  {
    event: 'cause.started', withinMs: 60_000, since: 'route.healthy', missing: 'no fallback was proved, or too few answers were judged',
    tell: (facts, _since, plan) => (facts.causeStarted === true ? { cause: plan.cause, target: facts.primary } : undefined),
  },
  { event: 'incident.opened', withinMs: DETECTED_WITHIN_MS, since: 'cause.started', missing: 'no incident was opened', tell: (facts) => openedIncident(facts) },
  {
    event: 'override.published', withinMs: 40_000, since: 'cause.started', missing: 'no override was published',
    tell: ({ overridden, route }) => (overridden === undefined ? undefined : { epoch: overridden.epoch, version: overridden.version, route, targets: overridden.entry?.targets }),
  },
  {
    event: 'fallback.served', withinMs: 40_000, since: 'cause.started', missing: 'the application was never answered by the fallback because of an override',
    tell: ({ fallbackAnswer: answer, fallbackModels }) => (answer === undefined || fallbackModels === undefined ? undefined : { requestId: answer.requestId, traceId: answer.traceId, target: answer.target, answeredBy: fallbackModels.at(-1) }),
  },
  { event: 'cause.ended', withinMs: 15_000, since: 'fallback.served', missing: 'the provider did not end its cause', tell: ({ causeEnded }) => (causeEnded === true ? {} : undefined) },
  { event: 'probing.started', withinMs: 120_000, since: 'cause.ended', missing: 'no probe of the primary was started', tell: ({ probing, route }) => (probing === true ? { route } : undefined) },
  {
    event: 'override.cleared', withinMs: 120_000, since: 'cause.ended', missing: 'the override was not cleared',
    tell: ({ cleared, route }) => (cleared === undefined ? undefined : { epoch: cleared.epoch, version: cleared.version, route }),
  },
  {
    event: 'primary.served', withinMs: 120_000, since: 'cause.ended', missing: 'the application was not answered by the primary again',
    tell: ({ primaryAnswer: answer }) => (answer === undefined ? undefined : { requestId: answer.requestId, traceId: answer.traceId, target: answer.target }),
  },
  { event: 'incident.resolved', withinMs: 120_000, since: 'cause.ended', missing: 'the incident was not resolved', tell: ({ resolved, incident }) => (resolved === true ? { incidentId: incident?.incidentId } : undefined) },
];

/** Instead of all that follows the incident, where people are told and nothing else happens. */
const ALERT_SENT: Stage = { event: 'alert.sent', withinMs: 20_000, since: 'incident.opened', missing: 'nobody was told of the incident', tell: (facts) => sentAlert(facts) };

const UNTIL_INCIDENT = STAGES.slice(0, STAGES.findIndex(({ event }) => event === 'incident.opened') + 1);
const COST_STAGES: readonly Stage[] = [...UNTIL_INCIDENT, ALERT_SENT];
const WRONG_STAGES: readonly Stage[] = COST_STAGES.map((stage) => (stage.event === 'incident.opened' ? { ...stage, withinMs: JUDGED_WITHIN_MS } : stage));

function sentAlert({ incident, alerted }: DemoFacts): Readonly<Record<string, unknown>> | undefined {
  const receiver = incident === undefined ? undefined : alerted?.get(incident.incidentId);
  return incident === undefined || receiver === undefined ? undefined : { incidentId: incident.incidentId, receiver, route: incident.route, signal: incident.signal, fallback: incident.suggestion === undefined ? undefined : incident.fallback };
}

function openedIncident({ incident }: DemoFacts): Readonly<Record<string, unknown>> | undefined {
  if (incident === undefined) return undefined;
  const { incidentId, route, target, signal, statistic, threshold, baseline, observed } = incident;
  return { incidentId, route, target, signal, statistic, threshold, baseline, observed };
}

/** The stages of a run of this cause; `none` is quiet once the route is healthy. */
function stagesOf(cause: DemoCause): readonly Stage[] {
  if (cause === 'none') return STAGES.slice(0, 1);
  if (cause === 'wrong') return WRONG_STAGES;
  return endsInAlert(cause) ? COST_STAGES : STAGES;
}

export function startStory(plan: StoryPlan, nowMs: number): Story {
  return { plan, facts: {}, stage: 0, asked: new Set(), toldAtMs: new Map([['start', nowMs]]) };
}

/** Takes in one observation and tells every event that has come true, each once and only in its order. */
export function advanceStory(before: Story, observation: Observation, nowMs: number): StoryStep {
  if (before.finished !== undefined) return { story: before, events: [], actions: [] };
  let story: Story = { ...before, facts: noteFact(before.facts, observation, before.plan.earlierIncidents) };
  const events: StoryEvent[] = [];
  for (let stage = awaited(story); stage !== undefined; stage = awaited(story)) {
    const payload = stage.tell(story.facts, (event) => sinceMs(story, event, nowMs), story.plan);
    if (payload === undefined) break;
    events.push({ event: stage.event, ...payload });
    story = { ...story, stage: story.stage + 1, toldAtMs: new Map([...story.toldAtMs, [stage.event, nowMs]]) };
  }
  const ending = endOf(story, nowMs);
  if (ending !== undefined) return { story: { ...story, finished: { ok: ending.reason === undefined } }, events: [...events, finishedEvent(story, ending.reason)], actions: [] };
  const actions = actionsOf(story, nowMs);
  return { story: { ...story, asked: new Set([...story.asked, ...actions.map(askedName)]) }, events, actions };
}

function awaited(story: Story): Stage | undefined {
  return stagesOf(story.plan.cause)[story.stage];
}

function sinceMs(story: Story, event: string, nowMs: number): number {
  const at = story.toldAtMs.get(event);
  return at === undefined ? Number.NEGATIVE_INFINITY : nowMs - at;
}

/** Whether the story is over, and why it is not what was promised. */
function endOf(story: Story, nowMs: number): { reason: string | undefined } | undefined {
  const broken = brokenOrder(story);
  if (broken !== undefined) return { reason: broken };
  const stage = awaited(story);
  if (stage !== undefined) {
    const waitedMs = sinceMs(story, stage.since, nowMs);
    return waitedMs <= stage.withinMs + story.plan.restMs ? undefined : { reason: `${stage.missing} within ${stage.withinMs / 1000} s of ${stage.since} (${callsText(story.facts)})` };
  }
  if (story.plan.cause === 'none' && sinceMs(story, 'route.healthy', nowMs) < QUIET_MS) return undefined;
  return { reason: undefined };
}

function callsText({ answered = 0, failed = 0, lastError }: DemoFacts): string {
  return `the application's calls: ${answered} answered, ${failed} failed${lastError === undefined ? '' : `, the last with: ${lastError}`}`;
}

function brokenOrder({ facts, plan }: Story): string | undefined {
  if (facts.incident !== undefined && facts.causeStarted !== true) return `an incident (${facts.incident.signal} of ${facts.incident.target}) was opened although nothing was wrong`;
  if (facts.overridden !== undefined && endsInAlert(plan.cause)) return 'the route left its primary although the policy wants an alert alone';
  if (facts.probedBeforeCauseEnded === true) return facts.fallbackAnswer === undefined ? 'the application was never answered by the fallback because of the override, and the primary is being probed already' : 'the primary was probed before the cause had ended';
  if (facts.fallbackModels !== undefined && !facts.fallbackModels.includes(plan.fallbackModel)) return `the provider's log does not show ${plan.fallbackModel} answering trace ${facts.fallbackAnswer?.traceId}`;
  return undefined;
}

function finishedEvent(story: Story, reason: string | undefined): StoryEvent {
  const between = (from: string, to: string) => {
    const [start, end] = [story.toldAtMs.get(from), story.toldAtMs.get(to)];
    return start === undefined || end === undefined ? undefined : Math.round(end - start);
  };
  return {
    event: 'finished', ok: reason === undefined, ...(reason === undefined ? {} : { reason }),
    detectionMs: between('cause.started', 'incident.opened'), fallbackMs: between('cause.started', 'fallback.served'), recoveryMs: between('cause.ended', 'incident.resolved'),
  };
}

function actionsOf(story: Story, nowMs: number): StoryAction[] {
  const { facts, plan, asked } = story;
  const actions: StoryAction[] = [];
  const stage = awaited(story)?.event;
  if (stage === 'cause.started' && facts.fallbackProved === true && (plan.cause !== 'wrong' || facts.judgeLearned === true) && sinceMs(story, 'route.healthy', nowMs) >= plan.restMs && !asked.has('set-cause')) actions.push({ kind: 'set-cause', cause: plan.cause });
  if (facts.fallbackAnswer !== undefined && !asked.has('look-up-trace')) actions.push({ kind: 'look-up-trace', traceId: facts.fallbackAnswer.traceId });
  if (stage === 'cause.ended' && sinceMs(story, 'fallback.served', nowMs) >= CAUSE_LASTS_MS && !asked.has('set-cause-none')) actions.push({ kind: 'set-cause', cause: 'none' });
  return actions;
}

function askedName(action: StoryAction): StoryAction['kind'] | 'set-cause-none' {
  return action.kind === 'set-cause' && action.cause === 'none' ? 'set-cause-none' : action.kind;
}
