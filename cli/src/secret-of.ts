import { readFileSync } from 'node:fs';
import { UnderstudyError } from '@understudy/contracts/problem';
import { environmentVariable } from './environment.ts';

const MAX_CHARACTERS = 10_000;

/**
 * The secret that a policy names as `env:NAME` or `file:PATH`, without white space around it. Read anew each time: a key may be changed while the server runs.
 * Throws `SECRET_MISSING`, which names the reference and never the secret.
 */
export function secretOf(reference: string): string {
  const [kind, name] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
  const secret = (kind === 'env' ? environmentVariable(name) : readOrUndefined(name))?.trim();
  if (secret !== undefined && secret !== '' && secret.length <= MAX_CHARACTERS) return secret;
  const fix = kind === 'env' ? `Set ${name} in the environment of the server, then start it again.` : `Write it into ${name}, readable for the server.`;
  throw new UnderstudyError({ code: 'SECRET_MISSING', message: `the policy names the secret ${reference}, which is not there`, fix, retryable: true });
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
