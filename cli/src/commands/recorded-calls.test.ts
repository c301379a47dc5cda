import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayCommand } from './replay.ts';
import { scoreCommand } from './score.ts';

/** The real command in a process of its own, by a program that holds only the two. */
const PROGRAM = `
  import { Command } from 'commander';
  const { scoreCommand } = await import(${JSON.stringify(new URL('score.ts', import.meta.url).href)});
  const { replayCommand } = await import(${JSON.stringify(new URL('replay.ts', import.meta.url).href)});
  await new Command().addCommand(scoreCommand()).addCommand(replayCommand()).parseAsync(process.argv.slice(1), { from: 'user' });
`;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-recorded-'));
  const answer = (i: number) => `Parcel ${i} left the store and will reach the town of ${'ABCDEFGHIJ'.slice(0, 1 + (i % 10)).toLowerCase()} in ${i % 7} days.`;
  const rows = Array.from({ length: 400 }, (_, i) => (i < 200 ? `old,${answer(i)}` : `new,${i % 3 === 0 ? 'I am sorry but I cannot help with that.' : answer(i)}`));
  await writeFile(join(folder, 'answers.csv'), `version,output\n${rows.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const node = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM, '--', ...args], { cwd: import.meta.dirname, maxBuffer: 64 * 1024 * 1024 });
  return node.then(({ stdout, stderr }) => ({ code: 0, stdout, stderr }), (failure: { code: number; stdout: string; stderr: string }) => failure);
}

describe('score', () => {
  it('prints one JSON object a row, and nothing else with --json', async () => {
    const { code, stdout, stderr } = await run('score', join(folder, 'answers.csv'), '--json');
    const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { row: number; signals: Record<string, number>; flags: string[] });
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(lines).toHaveLength(400);
    expect(lines[201]).toEqual({
      row: 202, flags: ['refusal:cannot-help'],
      signals: { error: 0, timeout: 0, empty: 0, refusal: 1, loop: 0, length: 39, unexpected_script: 0, broken_characters: 0, lazy: 0, fence: 0, heading: 0, bullets: 0, opener: 0 },
    });
  });
  it('sums up for people, beside the rows', async () => {
    const { stderr } = await run('score', join(folder, 'answers.csv'));
    expect(stderr).toMatch(/refusal +400 +16\.8 % \(67\)/);
    expect(stderr).toMatch(/cost_per_call +0 +not known/);
  });
});

describe('replay', () => {
  const versions = ['--baseline', 'version=old', '--current', 'version=new', '--target', 'a/b'];
  it('prints what was found as one JSON object and exits 10', async () => {
    const { code, stdout } = await run('replay', join(folder, 'answers.csv'), ...versions, '--json');
    const result = JSON.parse(stdout);
    expect(code).toBe(10);
    expect(result).toMatchObject({ calls: 400, baselineCalls: 200, currentCalls: 200 });
    const refusal = result.detections.find(({ signal }: { signal: string }) => signal === 'refusal');
    expect(refusal).toMatchObject({ target: 'a/b', threshold: 1e5, baseline: 0 });
    expect(refusal.atCall).toBeLessThan(60);
    expect(result.wouldSwitchAtCall).toBeGreaterThan(0);
  });
  it('tells people in a table', async () => {
    const { stdout } = await run('replay', join(folder, 'answers.csv'), ...versions);
    expect(stdout).toMatch(/refusal +0 % +33\.5 % +degraded, found after \d+ calls/);
    expect(stdout).toMatch(/the route would have switched to its fallback after \d+ calls/);
    expect(stdout.split('\n').length).toBeLessThan(24);
  });
  it('finds nothing in two halves of the same rows and exits 0', async () => {
    const { code, stdout } = await run('replay', join(folder, 'answers.csv'), '--baseline', 'version=old', '--halves', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ calls: 200, baselineCalls: 100, currentCalls: 100, detections: [], wouldSwitchAtCall: null });
  });
});

it('both say in their help which options they take', () => {
  for (const option of ['--format', '--map', '--route', '--json']) {
    expect(scoreCommand().helpInformation()).toContain(option);
    expect(replayCommand().helpInformation()).toContain(option);
  }
  for (const option of ['--target', '--baseline', '--current', '--baseline-min', '--halves', '--shuffle-seed']) expect(replayCommand().helpInformation()).toContain(option);
});
