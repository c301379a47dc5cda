/**
 * The HTTP response of an answer that has been read already, to be read once more: its body is written again from the answer. That of a stream is
 * written as it is read, and breaks off where the answer does.
 */
export function rawResponse(response: Response, data: unknown): Response {
  const headers = new Headers(response.headers);
  // True of the bytes that came, not of these.
  for (const name of ['content-encoding', 'content-length']) headers.delete(name);
  const isStream = typeof data === 'object' && data !== null && Symbol.asyncIterator in data;
  const { status, statusText, url } = response;
  const again = new Response(isStream ? eventsOf(data as AsyncIterable<unknown>) : JSON.stringify(data), { status, statusText, headers });
  return Object.defineProperty(again, 'url', { value: url });
}

function eventsOf(chunks: AsyncIterable<unknown>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const step = await iterator.next();
      controller.enqueue(encoder.encode(`data: ${step.done ? '[DONE]' : JSON.stringify(step.value)}\n\n`));
      if (step.done) controller.close();
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
