import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test-support/recorded.ts';
import { createSpanPipeline, otlpExporter, type SpanPipeline } from './span-pipeline.ts';

interface ReceivedBatch {
  readonly resourceSpans: readonly { readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[] }; readonly scopeSpans: readonly { readonly spans: readonly unknown[] }[] }[];
}

describe('the SDK\'s own span pipeline', () => {
  let server: Server;
  let status: number;
  let requests: number;
  let received: ReceivedBatch[];
  let pipeline: SpanPipeline;
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const spansReceived = (): number => received.flatMap((batch) => batch.resourceSpans).flatMap((resource) => resource.scopeSpans).reduce((sum, scope) => sum + scope.spans.length, 0);

  beforeEach(async () => {
    [status, requests, received] = [200, 0, []];
    server = createServer(async (request, response) => {
      if (request.url !== '/v1/traces') return void response.writeHead(404).end();
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      requests += 1;
      const body = Buffer.concat(chunks);
      if (status === 200) received.push(JSON.parse(String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)));
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    pipeline = createSpanPipeline({ exporter: otlpExporter(url(), 500), service: 'shop', project: 'default', instanceId: 'i1' });
  });
  afterEach(async () => {
    await pipeline.shutdown();
    server.closeAllConnections();
    server.close();
  });

  const end = (count: number, content = ''): void => {
    const tracer = pipeline.provider.getTracer('test');
    for (let index = 0; index < count; index += 1) tracer.startSpan('chat main', { attributes: { 'gen_ai.output.messages': content } }).end();
  };

  it('names the service, the project and the instance', async () => {
    end(1);
    await until(() => received.length === 1);
    expect(received[0]?.resourceSpans[0]?.resource.attributes.map(({ key, value }) => [key, value.stringValue])).toEqual([['service.name', 'shop'], ['understudy.project', 'default'], ['understudy.instance.id', 'i1']]);
  });

  it('loses nothing in a burst of 10,000', async () => {
    end(10_000);
    await until(() => pipeline.counts().exported === 10_000);
    expect(spansReceived()).toBe(10_000);
    expect(pipeline.counts()).toEqual({ exported: 10_000, dropped: 0, failed: 0, waiting: 0 });
  });

  it('counts what does not fit into its queue', async () => {
    end(25_000);
    expect(pipeline.counts().dropped).toBe(5_000);
    await until(() => pipeline.counts().exported === 20_000, 20_000);
  });

  it('bounds its queue by bytes too', () => {
    end(2_000, 'x'.repeat(60_000));
    expect(pipeline.counts().dropped).toBeGreaterThan(500);
    expect(pipeline.counts().waiting).toBeLessThan(1_200);
  });

  it('sends again what a full or restarted collector did not take', async () => {
    status = 503;
    end(10);
    await until(() => requests >= 2, 10_000);
    status = 200;
    await until(() => pipeline.counts().exported === 10, 10_000);
    expect(spansReceived()).toBe(10);
  });

  it('gives up what is refused', async () => {
    status = 400;
    end(10);
    await until(() => pipeline.counts().failed === 10);
    expect(requests).toBe(1);
  });

  it('sends the last spans of a program that simply ends, and lets it end without a collector', async () => {
    const program = (endpoint: string): string => `import { createUnderstudy } from ${JSON.stringify(new URL('../node.ts', import.meta.url).href)};
      const understudy = createUnderstudy({ endpoint: '${endpoint}', service: 'short' });
      await understudy.call('r', { primary: { id: 'a/b', run: () => 'hello' }, fallbacks: [] })('x');`;
    const ended = async (endpoint: string): Promise<unknown> => once(spawn(process.execPath, ['--input-type=module', '-e', program(endpoint)], { timeout: 20_000 }), 'exit');
    expect(await ended(url().replace('/v1/traces', ''))).toEqual([0, null]);
    expect(spansReceived()).toBe(1);
    expect(await ended('http://127.0.0.1:9')).toEqual([0, null]);
  });
});
