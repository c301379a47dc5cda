import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

export interface Link {
  /** The file it leads to, relative to the root. */
  readonly file: string;
  readonly anchor: string | undefined;
}

/** One page of the documentation, taken apart. */
export interface Document {
  /** Relative to the root. */
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly CodeBlock[];
  /** What stands between single backticks, outside of blocks. */
  readonly codes: readonly string[];
  readonly links: readonly Link[];
  readonly anchors: ReadonlySet<string>;
}

export function documents(): Document[] {
  const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pages.sort()].map((name) => parseDocument(name, readFileSync(join(ROOT, name), 'utf8')));
}

export function parseDocument(name: string, text: string): Document {
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({ language: match[1] ?? '', text: match[2] ?? '', line: text.slice(0, match.index).split('\n').length + 1 }));
  const prose = text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '');
  return {
    name, text, blocks,
    codes: [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? ''),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '').filter((target) => !/^https?:/.test(target)).map((target) => linkFrom(name, target)),
    anchors: new Set([...prose.matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf(match[1] ?? ''))),
  };
}

function linkFrom(name: string, target: string): Link {
  const [path, anchor] = target.split('#');
  return { file: path === '' || path === undefined ? name : relative(ROOT, join(ROOT, dirname(name), path)), anchor };
}

/** As GitHub makes it: lower case, without marks, spaces to hyphens. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(/\s/g, '-');
}

/** Everything that a reader may copy into a shell: lines of `sh` blocks (continued ones joined) and short codes. */
export function commandLines({ blocks, codes }: Document): string[] {
  const lines = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.replaceAll(/\\\n\s*/g, '').split('\n'));
  return [...lines, ...codes].map((line) => line.trim());
}

/** Commands that have commands of their own. */
const FAMILIES: ReadonlySet<string> = new Set(['alert', 'override', 'policy']);

/** Understudy's commands among the lines, each with the flags that it is shown with. */
export function namedCommands(lines: readonly string[]): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>();
  for (const words of lines.flatMap((line) => wordsOf(line) ?? [])) {
    const depth = FAMILIES.has(words[0] ?? '') ? 2 : 1;
    const command = words.slice(0, depth).join(' ');
    const flags = words.slice(depth).filter((word) => word.startsWith('--'));
    named.set(command, new Set([...(named.get(command) ?? []), ...flags]));
  }
  return named;
}

/** `npm start -- FLAGS` is `understudy demo FLAGS`. */
function wordsOf(line: string): [string[]] | undefined {
  const command = /^npx understudy ([a-z].*)$/.exec(line)?.[1];
  if (command !== undefined) return [command.split(/\s+/)];
  const flags = /^npm start -- (.*)$/.exec(line)?.[1];
  return flags === undefined ? undefined : [['demo', ...flags.split(/\s+/)]];
}
