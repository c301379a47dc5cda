import { ProxyTracerProvider, type TracerProvider } from '@opentelemetry/api';
import { type CallRouteOptions, callRoute, passThrough, type RoutedCall } from './call/call-route.ts';
import type { Ports } from './clock.ts';
import type { Settings } from './configuration.ts';
import type { ChatClient, OpenAIRouteOptions, RoutedClient } from './openai/chat-types.ts';
import { OpenAIRoute, routedClient } from './openai/openai-route.ts';
import { passThroughCreate } from './openai/pass-through.ts';
import { LateOverrides, type OverridesStatus } from './overrides/late-overrides.ts';
import type { FollowTiming } from './overrides/override-client.ts';
import { Route, type RouteStatus } from './routing/route.ts';
import { Redactor } from './telemetry/redaction.ts';
import { SpanRecorder } from './telemetry/span-recorder.ts';

export interface Understudy {
  /** The client with its chat completions routed, streams too. Without Understudy's help everything works as before. */
  openai<Client extends ChatClient>(route: string, client: Client, options: OpenAIRouteOptions): RoutedClient<Client>;
  /** A function that answers by the first target that can. */
  call<Request, Answer>(route: string, options: CallRouteOptions<Request, Answer>): RoutedCall<Request, Answer>;
  status(): UnderstudyStatus;
  /** Sends what is still to be sent and lets go of the evaluator. */
  shutdown(): Promise<void>;
}

export interface UnderstudyStatus {
  readonly instanceId: string;
  readonly project: string;
  readonly captureContent: boolean;
  /** Prompts, answers and reasons that were not recorded, since they could not be redacted. */
  readonly contentDropped: number;
  readonly overrides: OverridesStatus;
  readonly routes: readonly RouteStatus[];
  /** Of the SDK's own exporter; absent when spans go to the application's. */
  readonly spans?: SpanCounts;
  /** What in the configuration needs a look. */
  readonly problems: readonly string[];
}

export interface SpanCounts {
  readonly exported: number;
  /** The queue was full. */
  readonly dropped: number;
  /** The collector did not take them. */
  readonly failed: number;
  readonly waiting: number;
}

export interface AssembledPorts extends Ports {
  readonly instanceId: string;
  readonly tracerProvider: TracerProvider;
  /** Of the provider, when it is ours. */
  readonly spanCounts?: () => SpanCounts;
  readonly followTiming?: FollowTiming;
  readonly shutdownSpans?: () => Promise<void>;
}

/** Puts the parts together. Everything they need from outside is passed in. */
export function assemble(settings: Settings, ports: AssembledPorts): Understudy {
  const { instanceId } = ports;
  const problems = [...settings.problems];
  if (settings.capturesByDefault && !settings.spansDisabled && !settings.disabled) announceCapture();
  const routes = new Map<string, Route>();
  const overrides = new LateOverrides();
  // Without a delegate it makes spans that cost nothing and go nowhere.
  const provider = settings.spansDisabled || settings.disabled ? new ProxyTracerProvider() : ports.tracerProvider;
  const redactor = new Redactor(settings.redact);
  const recorder = new SpanRecorder({ tracer: provider.getTracer('@understudy/sdk', '0.1.0'), captureContent: settings.captureContent, redactor, instanceId }, ports.clock);
  const declared = (name: string): ReadonlySet<string> | undefined => (routes.get(name)?.hasPrimary ? routes.get(name)?.declared : undefined);
  overrides.start(settings, { declared, ports, timing: ports.followTiming }, problems);
  const routeOf = (name: string): Route => {
    const known = routes.get(name) ?? new Route(name, overrides, settings.force.get(name), ports);
    routes.set(name, known);
    return known;
  };
  const requestPorts = { ports, recorder };
  return {
    openai: (name, wrapped, options) => (settings.disabled ? disabledOpenAI(wrapped, options, ports.newId) : wrapOpenAI(routeOf(name), wrapped, options, requestPorts)),
    call: (name, options) => (settings.disabled ? passThrough(options, ports.newId) : callRoute(routeOf(name), options, requestPorts)),
    status: () => {
      const nowMs = ports.clock.monotonicMs();
      return {
        instanceId, project: settings.project, captureContent: settings.captureContent, contentDropped: redactor.dropped, problems: [...problems, ...forcedStrangers(settings, routes)],
        overrides: overrides.status(nowMs),
        routes: [...routes.values()].map((route) => route.status(nowMs)),
        ...(ports.spanCounts === undefined ? {} : { spans: ports.spanCounts() }),
      };
    },
    shutdown: async () => {
      overrides.stop();
      recorder.deferred.flush();
      await ports.shutdownSpans?.();
    },
  };
}

function wrapOpenAI<Client extends ChatClient>(route: Route, client: Client, options: OpenAIRouteOptions, ports: ConstructorParameters<typeof OpenAIRoute>[3]): RoutedClient<Client> {
  const routed = new OpenAIRoute(route, client, options, ports);
  return routedClient(client, (body, call) => routed.create(body, call), (other) => wrapOpenAI(route, other, options, ports));
}

function disabledOpenAI<Client extends ChatClient>(client: Client, options: OpenAIRouteOptions, newId: () => string): RoutedClient<Client> {
  return routedClient(client, passThroughCreate(client, options, newId), (other) => disabledOpenAI(other, options, newId));
}

let announced = false;

function announceCapture(): void {
  if (announced) return;
  announced = true;
  process.stderr.write('understudy: prompts and answers are recorded, since the endpoint is on this machine. UNDERSTUDY_CAPTURE_CONTENT=0 turns that off.\n');
}

function forcedStrangers(settings: Settings, routes: ReadonlyMap<string, Route>): string[] {
  return [...settings.force].filter(([name, target]) => routes.get(name)?.hasPrimary && !routes.get(name)?.declared.has(target))
    .map(([name, target]) => `UNDERSTUDY_FORCE names ${target}, which is not a target of ${name}`);
}
