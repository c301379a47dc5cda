import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSigningKey } from '@understudy/evaluator/overrides/signing-key';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSecrets } from './make-secrets.ts';

const NAMES = ['admin/token', 'ingest/token', 'clickhouse/password', 'signing/signing-key.pem'];

describe('the secrets of an installation', () => {
  let directory: string;
  beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'understudy-secrets-')); });
  afterEach(() => rmSync(directory, { recursive: true }));
  const textOf = (name: string) => readFileSync(join(directory, name), 'utf8');

  it('are made once, each another one, and stay the same at every later start', () => {
    expect(makeSecrets(directory)).toEqual(NAMES);
    const first = NAMES.map(textOf);
    expect(new Set(first).size).toBe(NAMES.length);
    expect(makeSecrets(directory)).toEqual([]);
    expect(NAMES.map(textOf)).toEqual(first);
  });

  it('are for their owner only', () => {
    makeSecrets(directory);
    expect(NAMES.map((name) => statSync(join(directory, name)).mode & 0o777)).toEqual(NAMES.map(() => 0o600));
  });

  it('are tokens that need no escaping anywhere, of 256 bits', () => {
    makeSecrets(directory);
    for (const name of NAMES.filter((one) => !one.endsWith('.pem'))) expect(textOf(name)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('hold a key that signs overrides', async () => {
    makeSecrets(directory);
    await expect(loadSigningKey(join(directory, 'signing/signing-key.pem'))).resolves.toMatchObject({ publicJwk: { crv: 'Ed25519' } });
  });

  it('do not keep what a killed start left behind', () => {
    mkdirSync(join(directory, 'admin'));
    writeFileSync(join(directory, 'admin/token.unfinished'), 'ab');
    makeSecrets(directory);
    expect(textOf('admin/token')).toHaveLength(64);
  });
});
