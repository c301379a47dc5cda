import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startChild } from './child-process.ts';

const PROVIDER = new URL('provider.ts', import.meta.url);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 100 && isAlive(pid); i++) await pause(50);
  return !isAlive(pid);
}

function startProvider(args: readonly string[] = []) {
  const line = Promise.withResolvers<string>();
  const child = startChild({ name: 'the provider', script: PROVIDER, args, env: process.env, onLine: line.resolve });
  return { child, line: line.promise };
}

describe('a process of the demo', () => {
  it('tells its lines, and ends when it is stopped', async () => {
    const { child, line } = startProvider();
    expect(JSON.parse(await line)).toMatchObject({ event: 'ready' });
    await child.stop();
    expect(await child.ended).toMatchObject({ name: 'the provider', code: 0, lastErrorLines: [] });
  });

  it('leaves its last words on standard error when it ends by itself', async () => {
    const { child } = startProvider(['--no-such-flag']);
    const end = await child.ended;
    expect(end.code).not.toBe(0);
    expect(end.lastErrorLines.join('\n')).toContain('--no-such-flag');
  });

  it('leaves when the demo is killed with no chance to say goodbye', async () => {
    const script = `import { startChild } from ${JSON.stringify(new URL('child-process.ts', import.meta.url).href)};
      const child = startChild({ name: 'p', script: new URL(${JSON.stringify(PROVIDER.href)}), args: [], env: process.env, onLine: () => console.log(child.pid) });`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) => createInterface({ input: parent.stdout }).once('line', (line) => resolve(Number(line))));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    expect(await gone(pid)).toBe(true);
  });
});
