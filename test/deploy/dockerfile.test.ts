import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../docs/documents.ts';
import { readComposeFile } from './compose-file.ts';
import { reachedFrom } from './static-imports.ts';

interface Instruction {
  readonly name: string;
  readonly rest: string;
  /** Of the build, from 0. */
  readonly stage: number;
}

const instructions = parse(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const lastStage = Math.max(...instructions.map(({ stage }) => stage));
const final = instructions.filter(({ stage }) => stage === lastStage);
const of = (list: readonly Instruction[], name: string) => list.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
const copied = of(final, 'COPY').filter((rest) => !rest.startsWith('--from=')).flatMap((rest) => rest.split(/\s+/).slice(0, -1));
const allowed = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
const manifest = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { dependencies?: Record<string, string>; workspaces?: string[] };

/** What a server process loads: the commands that compose starts, and the script that makes secrets. */
const ENTRIES = ['cli/src/main.ts', 'cli/src/deploy/make-secrets.ts', 'cli/src/commands/collector.ts', 'cli/src/commands/evaluator.ts', 'cli/src/commands/topics.ts'];

describe('the image', () => {
  it('stands on one pinned Node 24', () => {
    const bases = of(instructions, 'FROM').map((rest) => rest.split(' ')[0] ?? '');
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:24\.\d+\.\d+-[a-z]+-slim$/);
  });

  it('runs as a user who is not root, named by number', () => {
    expect(of(final, 'USER').at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('starts the program without a shell between, so that signals reach it', () => {
    const entrypoint = JSON.parse(of(final, 'ENTRYPOINT')[0] ?? '') as string[];
    expect(entrypoint[0]).toBe('node');
    expect(existsSync(join(ROOT, entrypoint[1] ?? ''))).toBe(true);
  });

  it('installs what the command needs in production, by the lock file', () => {
    expect(of(instructions, 'RUN').join('\n')).toMatch(/npm ci --omit=dev --workspace=cli\b/);
    expect(instructions.filter(({ name, rest }) => name === 'ENV' && rest === 'NODE_ENV=production').map(({ stage }) => stage)).toEqual([0, 1]);
    for (const workspace of manifest('package.json').workspaces ?? []) expect(of(instructions, 'COPY').join('\n'), workspace).toContain(`${workspace}/package.json ${workspace}/`);
  });

  it('copies only what is there and what .dockerignore lets in', () => {
    const sources = instructions.filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from=')).flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    expect(allowed.filter((path) => !path.includes('*') && !existsSync(join(ROOT, path)))).toEqual([]);
    expect(copied.filter((source) => !allowed.some((path) => path === source || path.startsWith(`${source}/`)))).toEqual([]);
  });

  it('holds no secret and takes none as an argument of the build', () => {
    expect(of(instructions, 'ARG')).toEqual([]);
    expect(of(instructions, 'ENV')).toEqual(['NODE_ENV=production', 'NODE_ENV=production']);
  });

  it('has the folders that compose mounts secrets over, for their owner only', () => {
    const folders = readComposeFile().services.flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[1] ?? '')).filter((target) => target.startsWith('/secrets/'));
    const made = of(final, 'RUN').find((rest) => rest.startsWith('install --directory')) ?? '';
    expect(made).toContain('--owner=1000 --group=1000 --mode=0700');
    expect([...new Set(folders)].filter((folder) => !made.split(' ').includes(folder))).toEqual([]);
  });
});

describe('what the image runs', () => {
  it('is all in the image', () => {
    const { files } = reachedFrom(ENTRIES);
    expect(files.size).toBeGreaterThan(50);
    const inside = (file: string) => copied.some((folder) => file.startsWith(`${folder}/`)) && allowed.some((path) => file.startsWith(`${path}/`)) && !/\.test\.ts$|\/test-support\//.test(file);
    expect([...files].filter((file) => !inside(file))).toEqual([]);
  });

  it('needs packages that are installed in production, and not the embedded ClickHouse', () => {
    const { packages } = reachedFrom(ENTRIES);
    const production = new Set(['cli', 'collector', 'contracts', 'evaluator', 'log', 'sdk'].flatMap((workspace) => Object.keys(manifest(`${workspace}/package.json`).dependencies ?? {})));
    expect([...packages].filter((name) => !production.has(name))).toEqual([]);
    expect(packages).toContain('kafkajs');
    expect([...packages].filter((name) => name.includes('chdb'))).toEqual([]);
  });
});

/** Continued lines are joined; comments are dropped. */
function parse(text: string): Instruction[] {
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, ' ').split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return lines.map((line, index) => {
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    return { name, rest, stage: lines.slice(0, index + 1).filter((one) => one.startsWith('FROM ')).length - 1 };
  });
}
