import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../docs/documents.ts';
import { runUnderstudy } from '../support/run-understudy.ts';

/** The words of a container that the program does not have: an unknown command, flag or role. */
export async function unknownWords(command: readonly string[]): Promise<string[]> {
  const [name = '', ...rest] = command;
  const { stdout } = await runUnderstudy([name, '--help']);
  // Of a name that it does not know the program shows its own help, with code 0.
  if (!stdout.startsWith(`Usage: understudy ${name} `)) return [name];
  const flags = rest.filter((word) => word.startsWith('--'));
  const roles = rest.flatMap((word, index) => (rest[index - 1] === '--roles' ? word.split(',') : []));
  return [...flags, ...roles].filter((word) => !new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(stdout));
}

/** Names of variables that the program reads. The tests say of each `NAME_FILE` that it is read. */
export function knownVariables(): ReadonlySet<string> {
  const text = readFileSync(join(ROOT, 'cli/src/environment.ts'), 'utf8');
  return new Set(text.match(/\b(?:UNDERSTUDY|KAFKA|CLICKHOUSE)_[A-Z_]+\b/g));
}

/** A secret's variable that says where it stands, not what it is; `UNDERSTUDY_SIGNING_KEY_FILE` has only this form. */
export function isKnownVariable(name: string, known: ReadonlySet<string> = knownVariables()): boolean {
  return known.has(name) || (name.endsWith('_FILE') && known.has(name.slice(0, -'_FILE'.length)));
}

/** What would hold a secret itself, instead of the path of its file. */
export function isPlainSecret(name: string): boolean {
  return /TOKEN|PASSWORD|SECRET|KEY/.test(name) && !name.endsWith('_FILE');
}
