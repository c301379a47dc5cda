import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startDev } from '../../cli/src/server/start-dev.ts';
import { ROOT } from '../docs/documents.ts';
import { waitUntil } from '../support/wait-until.ts';

const EXAMPLE = join(ROOT, 'examples/openai-support/support.ts');

/** The lines that the example prints, in words. */
async function runExample(endpoint: string): Promise<string[][]> {
  const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE], { env: { ...process.env, UNDERSTUDY_ENDPOINT: endpoint }, timeout: 30_000 });
  return stdout.trim().split('\n').map((line) => line.split(/\s+/));
}

describe('examples/openai-support', () => {
  it('is answered without Understudy, by its fallback where the primary fails', async () => {
    // Nothing listens on the discard port.
    const lines = await runExample('http://127.0.0.1:9');
    expect(lines.map(([what, target, reason]) => [what, target, reason])).toEqual([
      ['complete', 'openai/gpt-5', '(app-order)'], ['streamed', 'openai/gpt-5', '(app-order)'], ['rescued', 'openai/gpt-5-mini', '(failed-over,'], ['classified', 'rules/v2', '(app-order)'],
    ]);
  });

  it('shows up with its routes, targets and attempts where Understudy runs', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'understudy-example-'));
    const dev = await startDev({ dataDirectory, policyFile: join(ROOT, 'understudy.yaml'), host: '127.0.0.1', port: 0, otlpPort: 0, adminToken: undefined, ingestToken: undefined, signingKeyFile: undefined, say: () => undefined });
    try {
      await runExample(dev.apiUrl);
      const routes = await waitUntil('both routes with all their calls', 15_000, async () => {
        const { items } = (await (await fetch(`${dev.apiUrl}/v1/routes`)).json()) as { items: { route: string; mode: string; targets: { id: string; calls: number }[] }[] };
        return items.length === 2 && items.flatMap(({ targets }) => targets).reduce((sum, { calls }) => sum + calls, 0) === 5 ? items : undefined;
      });
      // Three requests, of which the last took two attempts.
      expect(routes.find(({ route }) => route === 'support.answer')).toMatchObject({ mode: 'suggest', targets: [{ id: 'openai/gpt-5', calls: 3 }, { id: 'openai/gpt-5-mini', calls: 1 }] });
      expect(routes.find(({ route }) => route === 'support.classify')).toMatchObject({ targets: [{ id: 'rules/v2', calls: 1 }] });
    } finally {
      await dev.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    }
  }, 60_000);
});
