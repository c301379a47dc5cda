import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { requestOf } from '../support/chat-span.ts';
import { runUnderstudy } from '../support/run-understudy.ts';
import { waitUntil } from '../support/wait-until.ts';
import { type RunningCommand, runCommand } from './run-command.ts';

const ANY_PORTS = ['--port', '0', '--otlp-port', '0'];
const scratch = mkdtempSync(join(tmpdir(), 'understudy-commands-'));
const running: RunningCommand[] = [];
let directories = 0;

afterAll(async () => {
  for (const command of running) command.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended.catch(() => undefined)));
  rmSync(scratch, { recursive: true, force: true });
});

const newDirectory = () => join(scratch, `data-${++directories}`);
const dev = (...flags: string[]) => runUnderstudy(['dev', ...flags]);

async function runningDev(...flags: string[]): Promise<{ command: RunningCommand; api: string; otlp: string; pid: number }> {
  const command = runCommand(process.execPath, ['cli/src/main.ts', 'dev', '--json', ...ANY_PORTS, ...flags]);
  running.push(command);
  const ready = await command.event('ready');
  if (ready === undefined) throw new Error(`dev has not started: ${command.talk.join('\n')}`);
  return { command, api: String(ready.api), otlp: String(ready.otlp), pid: Number(ready.pid) };
}

function policyFile(name: string, text: string): string {
  const file = join(scratch, name);
  writeFileSync(file, text);
  return file;
}

describe('a start that cannot be', () => {
  it('names the process that holds the data directory, and leaves it alone', async () => {
    const data = newDirectory();
    const first = await runningDev('--data', data);
    const second = await dev('--data', data, ...ANY_PORTS);
    expect(second.code).toBe(4);
    expect(second.stderr).toContain(`is in use by the process ${first.pid}`);
    expect(second.stderr).toContain('--data');
    expect((await fetch(`${first.api}/healthz`)).status).toBe(200);
    first.command.kill('SIGSTOP');
    expect((await dev('--data', data, ...ANY_PORTS)).stderr, 'also while it hangs').toContain(`is in use by the process ${first.pid}`);
    first.command.kill('SIGKILL');
    await first.command.ended;
    const third = await runningDev('--data', data);
    expect((await fetch(`${third.api}/healthz`)).status, 'a killed process holds nothing').toBe(200);
  });

  it.each(['--port', '--otlp-port'])('names the flag to change when the port of %s is in use', async (flag) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const result = await dev('--data', newDirectory(), flag, String(port), flag === '--port' ? '--otlp-port' : '--port', '0');
    taken.close();
    expect(result.code).toBe(4);
    expect(result.stderr).toMatch(new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use\\n.*with ${flag} `));
  });

  it('names file, line and column of a policy that is not valid', async () => {
    const file = policyFile('bad.yaml', 'version: 1\nroutes:\n  support.answer:\n    moed: auto\n');
    const result = await dev('--data', newDirectory(), '--policy', file, ...ANY_PORTS);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(`${file}:4:5: routes.support.answer.moed: this version knows no such key`);
    const missing = await dev('--data', newDirectory(), '--policy', join(scratch, 'nowhere.yaml'), ...ANY_PORTS);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('--policy');
  });

  it('wants a token before other machines can reach it', async () => {
    const result = await dev('--data', newDirectory(), '--host', '0.0.0.0', ...ANY_PORTS);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('UNDERSTUDY_ADMIN_TOKEN');
  });

  it('says that the data directory cannot be made', async () => {
    const below = await dev('--data', join(policyFile('a-file', ''), 'data'), ...ANY_PORTS);
    expect(below.code).toBe(3);
    expect(below.stderr).toContain('--data');
  });

  it.runIf(process.platform === 'linux')('says so too where the system has folders that take no other', async () => {
    const { code, stderr } = await dev('--data', '/proc/understudy/data', ...ANY_PORTS);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('cannot make the data directory') });
  });

  it('says that the data directory cannot be written', async () => {
    chmodSync(scratch, 0o755);
    const foreign = newDirectory();
    mkdirSync(foreign, { mode: 0o555 });
    // Root may write everywhere: nobody tries, where nobody may read this project.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    if (uid !== undefined && (await runUnderstudy(['--version'], { uid }).catch(() => undefined))?.code !== 0) {
      console.log('not tried: this project cannot be read by another user');
      return;
    }
    const result = await runUnderstudy(['dev', '--data', foreign, ...ANY_PORTS], { uid });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('cannot be opened or written');
    expect(result.stderr).toContain('--data');
  });

  it.each(['log.db', 'owner.db'])('says that %s is damaged, and what to do', async (name) => {
    const data = newDirectory();
    mkdirSync(data);
    writeFileSync(join(data, name), 'this is not a database '.repeat(1_000));
    const result = await dev('--data', data, ...ANY_PORTS);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`${name} is damaged or is not an event log`);
    expect(result.stderr).toContain('→ Move the file away');
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  it('says that the analytics store cannot be opened', async () => {
    const data = newDirectory();
    mkdirSync(data);
    writeFileSync(join(data, 'clickhouse'), 'a file where a folder belongs');
    const result = await dev('--data', data, ...ANY_PORTS);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/cannot open the analytics store in .*clickhouse/);
    expect(result.stderr).toContain('→');
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  it('says that the signing key cannot be used', async () => {
    const data = newDirectory();
    mkdirSync(data);
    writeFileSync(join(data, 'signing-key.pem'), 'no key');
    const result = await dev('--data', data, ...ANY_PORTS);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('signing-key.pem cannot be used');
  });
});

describe('usage', () => {
  it.each([['dev', '--no-such-flag'], ['dev', '--port', 'many'], ['dev', '--port', '70000'], ['no-such-command'], ['override', 'pin', 'a.route'], ['demo', '--cause', 'boredom']])('exits 2 on understudy %s %s', async (...args) => {
    const result = await runUnderstudy(args);
    expect(result.code).toBe(2);
    expect(result.stdout).toBe('');
    expect(result.stderr).toMatch(/error: /);
  });

  it('exits 4 when nothing listens, and says how to start it', async () => {
    const result = await runUnderstudy(['status', '--url', 'http://127.0.0.1:1']);
    expect(result.code).toBe(4);
    expect(result.stderr).toContain('npx understudy dev');
  });

  it('does not verify what is not there', async () => {
    const result = await runUnderstudy(['verify', '--data', newDirectory()]);
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('There is no event log in');
  });
});

describe('a running system', () => {
  it('keeps the last good policy while the file is broken, and takes it when it is mended', async () => {
    const file = policyFile('live.yaml', 'version: 1\nroutes: { support.answer: { mode: observe } }\n');
    const { command, api, otlp } = await runningDev('--data', newDirectory(), '--policy', file);
    const call = { traceId: '1'.repeat(32), spanId: '1'.repeat(16), route: 'support.answer', target: 'a/b', targets: ['a/b'], purpose: 'serve', ending: 'good', startedAtMs: Date.now() - 100, durationMs: 50 } as const;
    expect((await fetch(`${otlp}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: requestOf([call]) })).status).toBe(200);
    const mode = async () => ((await (await fetch(`${api}/v1/routes/support.answer`)).json()) as { mode?: string }).mode;
    await waitUntil('the route is there', 10_000, async () => (await mode()) === 'observe');
    writeFileSync(file, 'version: 1\nroutes: { support.answer: { mode: perhaps } }\n');
    await waitUntil('the fault is told', 10_000, () => command.talk.some((line) => line.includes('the last good policy stays in force')));
    expect(command.talk.join('\n')).toMatch(/live\.yaml:2:\d+: routes\.support\.answer\.mode/);
    expect(await mode()).toBe('observe');
    writeFileSync(file, 'version: 1\nroutes: { support.answer: { mode: auto } }\n');
    await waitUntil('the new policy is in force', 10_000, async () => (await mode()) === 'auto');
    expect(command.talk.some((line) => line.includes('has changed and is in force'))).toBe(true);
  });

  it.each([['SIGTERM', 0], ['SIGINT', 130]] as const)('ends on %s with %d within 5 s, also when somebody follows the stream', async (signal, code) => {
    const { command, api } = await runningDev('--data', newDirectory());
    const stream = await fetch(`${api}/v1/overrides/stream`);
    expect(stream.status).toBe(200);
    const reading = stream.text().catch(() => '');
    const askedAtMs = performance.now();
    command.kill(signal);
    expect(await command.ended).toBe(code);
    expect(performance.now() - askedAtMs).toBeLessThan(5_000);
    await reading;
  });
});
