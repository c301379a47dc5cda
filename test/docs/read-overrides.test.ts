import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningDev, startDev } from '../../cli/src/server/start-dev.ts';
import { waitUntil } from '../support/wait-until.ts';
import { documents } from './documents.ts';

const run = promisify(execFile);
const blocks = documents().find(({ name }) => name === 'docs/how-to/use-without-the-sdk.md')?.blocks ?? [];
const blockOf = (language: string, containing: string) => blocks.find((block) => block.language === language && block.text.includes(containing))?.text ?? '';

const hasTools = ['bash', 'curl', 'openssl', 'base64'].every((tool) => spawnSync(tool, ['--version']).error === undefined);
if (!hasTools) console.log('bash, curl, openssl or base64 is not here: the check of a snapshot in a shell is skipped.');

describe('the checks of a snapshot in docs/how-to/use-without-the-sdk.md', () => {
  let directory: string;
  let dev: RunningDev;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'understudy-read-overrides-'));
    dev = await startDev({ dataDirectory: join(directory, 'data'), policyFile: undefined, host: '127.0.0.1', port: 0, otlpPort: 0, adminToken: undefined, ingestToken: undefined, signingKeyFile: undefined, say: () => undefined });
    await waitUntil('a snapshot is published', 20_000, async () => (await fetch(`${dev.apiUrl}/v1/overrides`)).ok);
  }, 60_000);

  afterAll(async () => {
    await dev?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('accepts in Node what the evaluator has signed', async () => {
    const file = join(directory, 'check.mjs');
    writeFileSync(file, blockOf('js', 'createPublicKey'));
    const { stdout } = await run(process.execPath, [file, dev.apiUrl]);
    expect(stdout).toContain('"project":"default"');
  });

  it.skipIf(!hasTools && process.env.CI !== 'true')('accepts in a shell what the evaluator has signed', async () => {
    const script = blockOf('sh', 'openssl').replace('http://127.0.0.1:4319', dev.apiUrl);
    const { stdout } = await run('bash', ['-c', script], { cwd: directory });
    expect(stdout).toContain('Signature Verified Successfully');
    expect(stdout).toContain('"project":"default"');
  });
});
