import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePolicy } from '../../cli/src/policy-file/read-policy.ts';
import { documents, ROOT } from './documents.ts';

const run = promisify(execFile);
const blocks = documents().flatMap((page) => page.blocks.map((block) => ({ ...block, at: `${page.name}:${block.line}` })));
const of = (language: string) => blocks.filter((block) => block.language === language);

/** Below node_modules, so that the packages of the workspace are found from it. */
function extractionFolder(): string {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, 'understudy-docs-'));
}

it('every ts block type-checks with the settings of the workspace', async () => {
  const folder = extractionFolder();
  try {
    const files = of('ts').map((block, index) => {
      const file = `block-${index}.ts`;
      writeFileSync(join(folder, file), `// ${block.at}\n${block.text}`);
      return file;
    });
    expect(files.length).toBeGreaterThan(3);
    // Examples are read alone: what they print is their purpose, unused names are not a fault.
    const compilerOptions = { noUnusedLocals: false, rootDir: ROOT, typeRoots: [join(ROOT, 'node_modules/@types')] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: join(relative(folder, ROOT), 'tsconfig.json'), compilerOptions, include: [], files }));
    const { stdout, failed } = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder]).then(() => ({ stdout: '', failed: false }), (error: { stdout: string }) => ({ stdout: error.stdout, failed: true }));
    expect({ stdout, failed }).toEqual({ stdout: '', failed: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);

it('every js block is valid JavaScript', async () => {
  const folder = extractionFolder();
  try {
    expect(of('js').length).toBeGreaterThan(0);
    for (const { text, at } of of('js')) {
      const file = join(folder, 'block.mjs');
      writeFileSync(file, text);
      await expect(run(process.execPath, ['--check', file]), at).resolves.toBeDefined();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('every json block parses', () => {
  expect(of('json').length).toBeGreaterThan(3);
  for (const { text, at } of of('json')) expect(() => JSON.parse(text), at).not.toThrow();
});

it('every yaml block is a valid policy, a Kubernetes object or a part of a Collector\'s configuration', () => {
  const parsed = of('yaml').map((block) => ({ ...block, content: parse(block.text) as Record<string, unknown> }));
  const [policies, others] = [parsed.filter(({ content }) => 'version' in content), parsed.filter(({ content }) => !('version' in content))];
  expect(policies.length).toBeGreaterThan(3);
  for (const { text, at } of policies) expect(() => parsePolicy(text, at), at).not.toThrow();
  for (const { content, at } of others) expect(Object.keys(content).toSorted().join(), at).toMatch(/^(?:apiVersion,(?:data|kind),(?:kind|metadata),(?:metadata|spec)|exporters)$/);
});
