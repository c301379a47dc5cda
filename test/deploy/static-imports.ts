import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../docs/documents.ts';

export interface Reached {
  /** Files of the workspace, relative to its root. */
  readonly files: ReadonlySet<string>;
  /** Names of packages from elsewhere. */
  readonly packages: ReadonlySet<string>;
}

/** Everything that is loaded together with a file, that is by its static imports and theirs. Types are gone by then. */
export function reachedFrom(files: readonly string[]): Reached {
  const reached = new Set<string>();
  const packages = new Set<string>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const specifier of staticImports(readFileSync(join(ROOT, file), 'utf8'))) {
      const target = workspaceFile(file, specifier);
      if (target !== undefined) waiting.push(target);
      else if (!specifier.startsWith('node:')) packages.add(packageOf(specifier));
    }
  }
  return { files: reached, packages };
}

function staticImports(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[\w*{][^;]*?\sfrom\s+)?'([^']+)'/gm)].map((match) => match[1] ?? '');
}

function workspaceFile(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return relative(ROOT, join(ROOT, dirname(from), specifier));
  const [, workspace, path] = /^@understudy\/([a-z]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  if (workspace === undefined) return undefined;
  const file = `${workspace}/src/${path ?? 'understudy'}.ts`;
  return existsSync(join(ROOT, file)) ? file : undefined;
}

function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
