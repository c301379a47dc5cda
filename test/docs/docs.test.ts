import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../cli/src/exit-codes.ts';
import { runUnderstudy } from '../support/run-understudy.ts';
import { commandLines, documents, namedCommands, parseDocument, ROOT } from './documents.ts';

const pages = documents();
const lines = pages.flatMap((page) => commandLines(page).map((line) => ({ page: page.name, line })));
const scripts = Object.keys((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts);

/** A path in the text: it begins with a folder of the workspace. NAME and the like stand for something. */
const PATH = /^(?:contracts|sdk|log|collector|evaluator|cli|test|docs|examples)\/[\w./-]*$/;

describe('every page', () => {
  it('names only paths that exist', () => {
    const named = pages.flatMap((page) => page.codes.filter((code) => PATH.test(code) && !/[A-Z]{4}/.test(code)).map((path) => ({ page: page.name, path })));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('has only links that lead somewhere', () => {
    const links = pages.flatMap((page) => page.links.map((link) => ({ page: page.name, ...link })));
    expect(links.length).toBeGreaterThan(50);
    expect(links.filter(({ file }) => !existsSync(join(ROOT, file)))).toEqual([]);
    const anchored = links.filter(({ file, anchor }) => anchor !== undefined && file.endsWith('.md'));
    const missing = anchored.filter(({ file, anchor = '' }) => !parseDocument(file, readFileSync(join(ROOT, file), 'utf8')).anchors.has(anchor));
    expect(missing).toEqual([]);
  });

  it('is reachable: each page of docs/ is linked from another one', () => {
    const linked = new Set(pages.flatMap((page) => page.links.map((link) => link.file).filter((file) => file !== page.name)));
    // The folder of the decisions stands for its list.
    expect(pages.map(({ name }) => name).filter((name) => name.startsWith('docs/') && !linked.has(name))).toEqual([]);
  });
});

describe('every command that is named', () => {
  it('of npm is a script of the package', () => {
    const named = lines.flatMap(({ page, line }) => {
      const script = /^npm (?:run )?([\w:]+)/.exec(line)?.[1];
      return script === undefined || ['install', 'ci'].includes(script) ? [] : [{ page, script }];
    });
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ script }) => !scripts.includes(script))).toEqual([]);
  });

  it('runs a file that exists', () => {
    const files = lines.flatMap(({ line }) => /(?:npx node|bin\/node) ([\w./-]+\.ts)/.exec(line)?.[1] ?? []);
    expect(files.length).toBeGreaterThan(1);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('of understudy exists, with every flag that is shown', async () => {
    const named = namedCommands(lines.map(({ line }) => line));
    expect([...named.keys()]).toEqual(expect.arrayContaining(['dev', 'status', 'replay', 'override pin', 'policy check', 'demo']));
    const faults = await Promise.all([...named].map(async ([command, flags]) => {
      const { code, stdout } = await runUnderstudy([...command.split(' '), '--help']);
      return code === 0 ? [...flags].filter((flag) => !stdout.includes(flag)).map((flag) => `${command} ${flag}`) : [command];
    }));
    expect(faults.flat()).toEqual([]);
  }, 60_000);
});

describe('the README', () => {
  const readme = pages.find(({ name }) => name === 'README.md');

  it('lists every exit code', () => {
    const listed = [...(readme?.text.matchAll(/^\| (\d+) \| /gm) ?? [])].map((match) => Number(match[1]));
    expect(listed).toEqual(Object.values(EXIT));
  });

  it('lists every command that the program has', async () => {
    const { stdout } = await runUnderstudy(['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => match[1] ?? '');
    expect(commands).toContain('replay');
    const table = readme?.codes.map((code) => code.split(' ')[0]);
    expect(commands.filter((command) => !table?.includes(command))).toEqual([]);
  });

  it('has no figure without the command that prints it', () => {
    const section = /^## Numbers\n([\s\S]*?)^## /m.exec(readme?.text ?? '')?.[1] ?? '';
    const rows = section.split('\n').filter((line) => line.startsWith('|')).slice(2);
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.filter((row) => !/`np[mx] [^`]+`(?: \(\d\))? \|$/.test(row))).toEqual([]);
  });
});
