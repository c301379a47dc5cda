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
    asResponse: () => otherwise(answer.then(async ({ response, data: read }) => response && (await import('./raw-response.ts')).rawResponse(response, read))),
    _thenUnwrap: (transform: Transform) => otherwise(routedPromise(answer.then((settled) => unwrapped(settled, transform)))),
  });
}

type Transform = (data: unknown, props: unknown) => unknown;

/** What a helper made of an answer, with what the answer carried out of sight. */
function unwrapped(settled: HttpAnswer, transform: Transform): HttpAnswer {
  const data = transform(settled.data, { response: settled.response });
  if (typeof data === 'object' && data !== null && settled.request_id !== undefined) Object.defineProperty(data, '_request_id', { value: settled.request_id, enumerable: false });
  // Nothing is known of what is no object, and that may be asked.
  const served = servedOf(settled.data as object);
  if (served !== undefined) attachServed(data, served);
  return { ...settled, data };
}
