import { limitsOf } from '../attempts/limits.ts';
import type { RoutedTarget } from '../attempts/routed-target.ts';
import { type RequestPorts, runRequest } from '../attempts/run-request.ts';
import type { Route } from '../routing/route.ts';
import { TargetList } from '../routing/target-list.ts';
import { attachServed } from '../served.ts';
import type { ChatBody, ChatClient, OpenAIFallback, OpenAIRouteOptions, RoutedClient } from './chat-types.ts';
import { type ChatRequest, openaiTarget } from './openai-target.ts';
import { serverOf } from './provider-name.ts';
import { type HttpAnswer, routedPromise } from './routed-promise.ts';

type Target = RoutedTarget<ChatRequest, HttpAnswer>;

/** Models of one wrapped client whose targets are remembered. */
const MAX_MODELS = 50;

/** Answers the chat completions of one client under a route. */
export class OpenAIRoute {
  readonly #route: Route;
  readonly #client: ChatClient;
  readonly #options: OpenAIRouteOptions;
  readonly #ports: RequestPorts;
  readonly #provider: string;
  readonly #fallbacks: readonly Target[];
  readonly #lists = new Map<string, TargetList<Target>>();

  constructor(route: Route, client: ChatClient, options: OpenAIRouteOptions, ports: RequestPorts) {
    this.#route = route;
    this.#client = client;
    this.#options = options;
    this.#ports = ports;
    this.#provider = options.provider ?? serverOf(client.baseURL).provider;
    this.#fallbacks = options.fallbacks.map((fallback) => this.#targetOf(typeof fallback === 'string' ? { model: fallback } : fallback));
    route.declare(this.#fallbacks.map((target) => target.id), false);
    if (options.primary !== undefined) route.declare([options.primary], true);
  }

  create(body: ChatBody, options: Record<string, unknown>): Promise<unknown> {
    return routedPromise(this.#answer(body, options));
  }

  async #answer(body: ChatBody, { understudy, signal, timeout, ...rest }: Record<string, unknown>): Promise<HttpAnswer> {
    const limits = limitsOf(typeof timeout === 'number' ? { ...this.#options, timeoutMs: timeout } : this.#options, this.#client.timeout);
    const { answer, served } = await runRequest({
      route: this.#route, list: this.#listFor(body.model), stream: body.stream === true && this.#options.buffer !== 'full', limits,
      request: { body, options: rest, messages: Array.isArray(body.messages) ? [...body.messages] : [], limits },
      conversationId: (understudy as { conversationId?: string } | undefined)?.conversationId ?? this.#options.conversationId?.(body),
      callerSignal: isSignal(signal) ? signal : undefined,
    }, this.#ports);
    attachServed(answer.data, served);
    return answer;
  }

  /** The targets of a call for `model`, which is thereby declared as a primary of the route. */
  #listFor(model: string): TargetList<Target> {
    const known = this.#lists.get(model);
    if (known !== undefined) return known;
    const primary = this.#targetOf({ model, ...(this.#options.primary?.endsWith(`/${model}`) ? { id: this.#options.primary } : {}) });
    const list = new TargetList([primary, ...this.#fallbacks.filter((fallback) => fallback.id !== primary.id)], (id) => this.#route.breakerOf(id));
    if (this.#lists.size < MAX_MODELS) {
      this.#lists.set(model, list);
      this.#route.declare([primary.id], true);
    }
    return list;
  }

  #targetOf(fallback: OpenAIFallback): Target {
    const client = fallback.client ?? this.#client;
    const provider = fallback.provider ?? (client === this.#client ? this.#provider : serverOf(client.baseURL).provider);
    return openaiTarget({
      id: fallback.id ?? `${provider}/${fallback.model}`, client, model: fallback.model, provider, options: this.#options, nowMs: () => this.#ports.ports.clock.monotonicMs(),
      ...(fallback.adapt === undefined ? {} : { adapt: fallback.adapt }),
    });
  }
}

/** By what it can do: test environments and older libraries bring signals of their own make. */
function isSignal(value: unknown): value is AbortSignal {
  return typeof (value as AbortSignal | undefined)?.addEventListener === 'function';
}

/** What answers a chat completion in the client's place. */
type Create = (body: ChatBody, options: Record<string, unknown>) => unknown;

/** The client with `chat.completions.create` routed; the client's own helpers (`parse`, `stream`, `runTools`) go through it too, everything else is untouched. */
export function routedClient<Client extends ChatClient>(client: Client, answer: Create, rewrap: (client: Client) => unknown): RoutedClient<Client> {
  const create = (body: ChatBody, options?: Record<string, unknown> | null): unknown => answer(body, options ?? {});
  const completions = overlay(client.chat.completions, (name) => (name === 'create' ? create : name === '_client' ? routed : undefined));
  const chat = overlay(client.chat, (name) => (name === 'completions' ? completions : undefined));
  const bound = new Map<PropertyKey, unknown>();
  const routed: unknown = overlay(client, (name) => {
    if (name === 'chat') return chat;
    if (name === 'withOptions') return (options: unknown) => rewrap((client as unknown as { withOptions: (options: unknown) => Client }).withOptions(options));
    return boundMethod(client, name, bound);
  });
  return routed as RoutedClient<Client>;
}

function overlay(target: object, replace: (name: PropertyKey) => unknown): unknown {
  return new Proxy(target, { get: (object, name, receiver) => replace(name) ?? Reflect.get(object, name, receiver) });
}

/** Methods of the client run on the client itself: private fields know no proxy. */
function boundMethod(client: object, name: PropertyKey, bound: Map<PropertyKey, unknown>): unknown {
  const value = Reflect.get(client, name);
  if (typeof value !== 'function' || name === 'constructor') return value;
  if (!bound.has(name)) bound.set(name, value.bind(client));
  return bound.get(name);
}
