import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

/*
 * What the core of the SDK weighs in an application: bundled, minified, gzipped, by the bundler that comes with vitest; and how long the bundle takes
 * to import in a fresh process, with `@opentelemetry/api`, which is not in it.
 * Run: node sdk/bench/size.bench.ts
 */
interface Chunk {
  readonly fileName: string;
  readonly code: string;
  readonly isEntry: boolean;
}

interface Bundler {
  readonly rolldown: (options: object) => Promise<{ generate: (options: object) => Promise<{ output: readonly Chunk[] }> }>;
}

const GOAL_KB = 15;
const GOAL_MS = 30;
const IMPORTS = 15;

const root = fileURLToPath(new URL('../..', import.meta.url));
const chunks = await bundle();
report(chunks);
benchImport(chunks);

async function bundle(): Promise<readonly Chunk[]> {
  const vite = createRequire(createRequire(import.meta.url).resolve('vitest/package.json')).resolve('vite/package.json');
  const { rolldown } = (await import(pathToFileURL(createRequire(vite).resolve('rolldown')).href)) as Bundler;
  const build = await rolldown({ input: join(root, 'sdk/src/understudy.ts'), platform: 'node', external: [/^node:/, '@opentelemetry/api'], preserveEntrySignatures: 'allow-extension' });
  return (await build.generate({ format: 'esm', minify: true })).output;
}

function report(output: readonly Chunk[]): void {
  const sizeKb = (some: readonly Chunk[]): number => some.reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0) / 1_000;
  const atOnce = output.filter((chunk) => chunk.isEntry);
  const later = output.filter((chunk) => !chunk.isEntry);
  console.log(`core, read at once: ${sizeKb(atOnce).toFixed(1)} kB gzipped (goal ${GOAL_KB} kB)`);
  console.log(`what follows overrides, read when an evaluator is followed: ${sizeKb(later).toFixed(1)} kB gzipped; together ${sizeKb(output).toFixed(1)} kB`);
}

function benchImport(output: readonly Chunk[]): void {
  // Inside node_modules, so that `@opentelemetry/api` is found as in an application.
  const folder = join(root, 'node_modules/.cache/understudy-size');
  mkdirSync(folder, { recursive: true });
  for (const chunk of output) writeFileSync(join(folder, chunk.fileName), chunk.code);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const entry = pathToFileURL(join(folder, output.find((chunk) => chunk.isEntry)?.fileName ?? '')).href;
  const program = `const begun = performance.now(); await import(${JSON.stringify(entry)}); console.log(performance.now() - begun);`;
  const measured = Array.from({ length: IMPORTS }, () => Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }))).sort((left, right) => left - right);
  rmSync(folder, { recursive: true });
  console.log(`import in a fresh process: best ${measured[0]?.toFixed(1)} ms, median ${measured[IMPORTS >> 1]?.toFixed(1)} ms (goal ${GOAL_MS} ms)`);
}
