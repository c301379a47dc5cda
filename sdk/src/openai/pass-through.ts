import { attachServed, servedDisabled } from '../served.ts';
import type { ChatBody, ChatClient, OpenAIRouteOptions } from './chat-types.ts';
import { serverOf } from './provider-name.ts';

interface ClientPromise extends PromiseLike<unknown> {
  readonly _thenUnwrap?: (transform: (data: unknown) => unknown) => unknown;
}

/** `UNDERSTUDY_DISABLE=1`: the client's own call, told only who serves it, so that an application that reads `served` goes on working. */
export function passThroughCreate(client: ChatClient, options: OpenAIRouteOptions, newId: () => string): (body: ChatBody, options: Record<string, unknown>) => unknown {
  const provider = options.provider ?? serverOf(client.baseURL).provider;
  const completions = client.chat.completions as unknown as { create: (body: ChatBody, options: unknown) => ClientPromise };
  return (body, { understudy: _ours, ...theirs }) => {
    const served = servedDisabled(options.primary ?? `${provider}/${body?.model}`, newId());
    const withServed = (data: unknown): unknown => {
      attachServed(data, served);
      return data;
    };
    const promise = completions.create(body, theirs);
    return typeof promise._thenUnwrap === 'function' ? promise._thenUnwrap(withServed) : promise.then(withServed);
  };
}
