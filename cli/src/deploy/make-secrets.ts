import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Bytes of randomness in a token. Written as hexadecimal: no character that a configuration file or a header would have to escape. */
const TOKEN_BYTES = 32;

/** What an installation needs, each in a folder of its own, so that each service can be given what it uses and nothing else. */
const SECRETS: Readonly<Record<string, () => string>> = {
  'admin/token': randomToken,
  'ingest/token': randomToken,
  'clickhouse/password': randomToken,
  'signing/signing-key.pem': () => generateKeyPairSync('ed25519', { privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey,
};

/** Makes what is missing below `directory`, readable for its owner only; what is there stays as it is. Returns the names of what it made. */
export function makeSecrets(directory: string): string[] {
  const missing = Object.entries(SECRETS).filter(([name]) => !existsSync(join(directory, name)));
  for (const [name, make] of missing) writeWhole(join(directory, name), make());
  return missing.map(([name]) => name);
}

function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString('hex');
}

/** Whole or not at all: a start that was killed must not leave half a secret, which would then be kept. */
function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.unfinished`;
  writeFileSync(unfinished, text, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
}

if (import.meta.main) {
  const directory = process.argv[2];
  if (directory === undefined) {
    console.error('understudy: say where to: make-secrets.ts DIRECTORY');
    process.exitCode = 2;
  } else {
    const made = makeSecrets(directory);
    console.error(made.length === 0 ? `understudy: every secret is in ${directory} already` : `understudy: made ${made.join(', ')} in ${directory}`);
  }
}
