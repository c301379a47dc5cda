import { type DemoCause, endsInAlert } from '@understudy/contracts/demo-event';
import { type Cast, startCast } from './demo-cast.ts';
import { answerSchema, type Observation } from './demo-observation.ts';
import { advanceStory, QUIET_MS, startStory, type StoryAction, type StoryPlan } from './demo-story.ts';
import type { Narrator, TimedEvent } from './narrator.ts';
import { FALLBACK_MODEL } from './planned-answer.ts';
import { modelsOfTrace, setCause } from './provider-client.ts';
import { watchUnderstudy } from './watch-understudy.ts';

export const DEMO_ROUTE = 'support.answer';
const TICK_MS = 100;
/** Between two causes, when the demo goes on. */
const REST_MS = 15_000;

export interface DemoOptions {
  readonly seed: number;
  /** One round each. */
  readonly causes: readonly DemoCause[];
  /** once: ends after the last round. stay: everything goes on running until the signal. repeat: the rounds begin again. */
  readonly afterwards: 'once' | 'stay' | 'repeat';
  readonly port: number | undefined;
  readonly otlpPort: number | undefined;
  readonly appEndpoint: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Understudy as separate processes, over Kafka and ClickHouse. */
  readonly separate: boolean;
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
}

/** Runs the demo to its end; true when every round was as promised. Throws when a process cannot be started or dies, and the signal's reason when aborted. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const startedAtMs = performance.now();
  const listeners = new Set<(observation: Observation) => void>();
  const observe = (observation: Observation): void => {
    options.narrator.observe(observation);
    for (const listener of listeners) listener(observation);
  };
  const tell = (event: Omit<TimedEvent, 'at' | 'elapsedMs'>): void => {
    const { event: name, ...facts } = event;
    options.narrator.tell({ event: name, at: new Date().toISOString(), elapsedMs: Math.round(performance.now() - startedAtMs), ...facts } as TimedEvent);
  };
  const over = new AbortController();
  const cast = await startCast({ ...options, onAnswer: (line) => observeAnswer(line, observe), onAlert: observe }, options.signal);
  try {
    const { ui, otlp, api, provider, data, pids } = cast;
    tell({ event: 'ready', ui, otlp, api, pid: process.pid, provider, providerLog: `${provider}/control/log`, data, processes: pids });
    if (options.causes.every((cause) => cause === 'none')) options.narrator.say(`nothing will go wrong in this run: ${QUIET_MS / 60_000} minutes without an incident are what it has to show.`);
    watchUnderstudy({ api, route: DEMO_ROUTE, observe, signal: over.signal });
    return await Promise.race([playRounds(options, { cast, listeners, tell, signal: over.signal }), cast.death, untilAborted(options.signal)]);
  } finally {
    over.abort();
    await cast.stop();
  }
}

type Tell = (event: Omit<TimedEvent, 'at' | 'elapsedMs'>) => void;

interface Theatre {
  readonly cast: Cast;
  readonly listeners: Set<(observation: Observation) => void>;
  readonly tell: Tell;
  /** Aborted when the demo is over for whatever reason. */
  readonly signal: AbortSignal;
}

async function playRounds(options: DemoOptions, theatre: Theatre): Promise<boolean> {
  const { cast, listeners, signal } = theatre;
  const incidents = new Set<string>();
  listeners.add((observation) => {
    if (observation.kind === 'incident') incidents.add(observation.incident.incidentId);
  });
  for (let round = 0; options.afterwards === 'repeat' || round < options.causes.length; round++) {
    const cause = options.causes[round % options.causes.length] ?? 'none';
    const ok = await playRound({ cause, fallbackModel: FALLBACK_MODEL, restMs: round === 0 ? 0 : REST_MS, earlierIncidents: new Set(incidents) }, theatre);
    if (!ok) return false;
    // A person who was told may want to do something about it.
    if (options.afterwards === 'stay' && endsInAlert(cause)) options.narrator.say(`${cause} stays as it is until ${cast.provider}/control is told otherwise, or the demo ends.`);
    else await setCause(cast.provider, 'none');
  }
  if (options.afterwards === 'stay') {
    options.narrator.say(`everything goes on running: look around at ${cast.api}/v1/routes, Ctrl-C ends it.`);
    await untilAborted(signal);
  }
  return true;
}

/** One story from start to end. */
async function playRound(plan: StoryPlan, { cast, listeners, tell, signal }: Theatre): Promise<boolean> {
  let story = startStory(plan, performance.now());
  const finished = Promise.withResolvers<boolean>();
  const listen = (observation: Observation): void => {
    const step = advanceStory(story, observation, performance.now());
    story = step.story;
    for (const event of step.events) tell(event);
    for (const action of step.actions) act(action, cast, listen).catch((error: unknown) => finished.reject(error));
    if (story.finished !== undefined) finished.resolve(story.finished.ok);
  };
  listeners.add(listen);
  const ticking = setInterval(() => listen({ kind: 'tick' }), TICK_MS);
  const leave = () => finished.reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await finished.promise;
  } finally {
    clearInterval(ticking);
    listeners.delete(listen);
    signal.removeEventListener('abort', leave);
  }
}

async function act(action: StoryAction, cast: Cast, observe: (observation: Observation) => void): Promise<void> {
  switch (action.kind) {
    case 'set-cause':
      await setCause(cast.provider, action.cause);
      return observe({ kind: 'cause', cause: action.cause });
    case 'look-up-trace':
      return observe({ kind: 'trace', traceId: action.traceId, models: await modelsOfTrace(cast.provider, action.traceId) });
  }
}

function observeAnswer(line: string, observe: (observation: Observation) => void): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return;
  }
  const answer = answerSchema.safeParse(parsed);
  if (answer.success) observe(answer.data);
}

/** Rejects with the signal's reason. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
