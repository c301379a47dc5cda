import type { Limits } from '../attempts/limits.ts';
import type { Served } from '../served.ts';

/** As much of an OpenAI client as routing needs; `new OpenAI()` fits, and so do compatible clients. */
export interface ChatClient {
  readonly baseURL?: string;
  /** How long it waits for an answer, ms. */
  readonly timeout?: number;
  readonly chat: { readonly completions: { create(body: never, options?: never): PromiseLike<unknown> } };
}

/** The body of a chat completion, as far as it is looked at. */
export interface ChatBody {
  readonly model: string;
  readonly stream?: boolean | null;
  readonly messages?: readonly unknown[];
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly [field: string]: unknown;
}

export interface OpenAIFallback {
  /** Another client, for another account or provider. Without it: the wrapped one. */
  readonly client?: ChatClient;
  readonly model: string;
  /** Target id; `PROVIDER/MODEL` unless given. */
  readonly id?: string;
  /** Named by the client's host unless given. */
  readonly provider?: string;
  /** Makes the request fit this target: other parameters, another prompt. */
  readonly adapt?: (body: ChatBody) => ChatBody;
}

export interface OpenAIRouteOptions extends Partial<Limits> {
  /** Tried in this order when the primary cannot answer; what overrides may choose from. A name is a model on the same client. */
  readonly fallbacks: readonly (string | OpenAIFallback)[];
  /** Target id of the primary, when overrides are to be checked before the first call; else `PROVIDER/MODEL` of each call. */
  readonly primary?: string;
  /** Provider of the wrapped client, e.g. `groq`; by its host unless given, `openai` for an unknown one. */
  readonly provider?: string;
  /** The conversation that a call belongs to, read off its body. Also per call: `create(body, { understudy: { conversationId } })`. */
  readonly conversationId?: (body: ChatBody) => string | undefined;
  /** `full`: a stream is shown when it is complete, so that a cut one can be replaced too. */
  readonly buffer?: 'full';
  /** False: `stream_options.include_usage` is never added, for servers that refuse it. */
  readonly includeUsage?: boolean;
}

/** What a call may add to the client's own request options. */
export interface CallOptions {
  readonly understudy?: { readonly conversationId?: string };
}

type Answered<Result> = Result & { readonly served: Served };
type AnsweredPromise<Result> = Result & PromiseLike<Answered<Awaited<Result>>>;

/** The three signatures of `create`, each with `served` on its answer and our options beside the client's. */
type RoutedCreate<Create> = Create extends {
  (body: infer Body1, options?: infer Options1): infer Result1;
  (body: infer Body2, options?: infer Options2): infer Result2;
  (body: infer Body3, options?: infer Options3): infer Result3;
} ? {
  (body: Body1, options?: Options1 & CallOptions): AnsweredPromise<Result1>;
  (body: Body2, options?: Options2 & CallOptions): AnsweredPromise<Result2>;
  (body: Body3, options?: Options3 & CallOptions): AnsweredPromise<Result3>;
} : Create;

/** The client as it was, with answers that say who served them. */
export type RoutedClient<Client extends ChatClient> = { readonly chat: { readonly completions: { readonly create: RoutedCreate<Client['chat']['completions']['create']> } } } & Client;
