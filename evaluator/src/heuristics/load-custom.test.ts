import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { loadCustomHeuristics } from './load-custom.ts';

let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'understudy heuristics-')); });
afterAll(() => rm(folder, { recursive: true }));

async function load(file: string, content: string) {
  const said: string[] = [];
  await writeFile(join(folder, file), content);
  const [heuristic] = await loadCustomHeuristics({ files: { mine: file }, urlOf: (path) => pathToFileURL(join(folder, path)), onFailure: (message) => said.push(message) });
  return { heuristic, said };
}

describe('a heuristic of one\'s own', () => {
  it('is a file that exports a version and a score, as TypeScript or JavaScript', async () => {
    const { heuristic } = await load('a.mjs', 'export const version = 3; export function score({ text }) { return text === undefined ? undefined : text.includes("!") ? 1 : 0; }');
    expect(heuristic).toMatchObject({ signal: 'custom.mine', version: 3 });
    expect([heuristic?.score(answerOf({ text: 'No!' })), heuristic?.score(answerOf({ text: 'No.' })), heuristic?.score(answerOf({}))]).toEqual([{ score: 1 }, { score: 0 }, undefined]);
    const typed = await load('b.ts', 'export const version: number = 1; export const score = (answer: { text?: string }) => ({ score: 1, flags: ["long:" + answer.text?.length] });');
    expect(typed.heuristic?.score(answerOf({ text: 'four' }))).toEqual({ score: 1, flags: ['long:4'] });
  });

  it('has no value where it throws or gives something else; that is counted, and said once', async () => {
    for (const [file, body] of [['c.mjs', 'throw new Error("no luck")'], ['d.mjs', 'return 0.5'], ['e.mjs', 'return Promise.resolve(1)'], ['f.mjs', 'return { score: "1" }'], ['g.mjs', 'return null']] as const) {
      const { heuristic, said } = await load(file, `export const version = 1; export function score() { ${body} }`);
      expect([heuristic?.score(answerOf({})), heuristic?.score(answerOf({})), heuristic?.failures, said.length]).toEqual([undefined, undefined, 2, 1]);
      expect(said[0]).toMatch(/^custom\.mine failed/);
    }
  });

  it('that cannot be loaded is told by name, path and reason', async () => {
    await expect(load('h.mjs', 'export const score = () => 0;')).rejects.toMatchObject({ code: 'HEURISTIC', message: expect.stringContaining('mine (h.mjs): it exports no number `version`') });
    await expect(load('i.mjs', 'export const version = 1;')).rejects.toThrow('no function `score`');
    await expect(load('j.mjs', 'export const version = ;')).rejects.toMatchObject({ code: 'HEURISTIC' });
    await expect(loadCustomHeuristics({ files: { mine: 'none.mjs' }, urlOf: (path) => pathToFileURL(join(folder, path)), onFailure: () => {} })).rejects.toMatchObject({ code: 'HEURISTIC', message: expect.stringMatching(/none\.mjs'$/), fix: expect.stringContaining('counts from the policy file') });
  });
});
