import { attachServed, servedOf } from '../served.ts';

/** An answer with what the client knows of the HTTP exchange behind it. */
export interface HttpAnswer {
  readonly data: unknown;
  readonly response: Response | undefined;
  readonly request_id: string | null | undefined;
}

/** A promise with the extra methods of the OpenAI client's own, which its helpers (`parse`, `stream`, `runTools`) call too. */
export function routedPromise(answer: Promise<HttpAnswer>): Promise<unknown> {
  const data = answer.then((settled) => settled.data);
  // Whoever asks another way hears of a failure there; the promise itself then has no reader.
  const otherwise = <Value>(value: Promise<Value>): Promise<Value> => {
    data.catch(() => {});
    return value;
  };
  return Object.assign(data, {
    withResponse: () => otherwise(answer),
    asResponse: () => otherwise(answer.then((settled) => settled.response)),
    _thenUnwrap: (transform: (data: unknown, props: unknown) => unknown) => otherwise(routedPromise(answer.then((settled) => {
      const changed = transform(settled.data, { response: settled.response });
      const served = typeof settled.data === 'object' && settled.data !== null ? servedOf(settled.data) : undefined;
      if (served !== undefined) attachServed(changed, served);
      return { ...settled, data: changed };
    }))),
  });
}
