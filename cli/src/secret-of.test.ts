import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { secretOf } from './secret-of.ts';

it('reads a secret from the environment or a file, without the newline at its end', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'secret-')), 'key');
  writeFileSync(file, 'from-a-file\n');
  vi.stubEnv('A_KEY_OF_THE_TEST', ' from-the-environment ');
  expect(secretOf('env:A_KEY_OF_THE_TEST')).toBe('from-the-environment');
  expect(secretOf(`file:${file}`)).toBe('from-a-file');
  vi.unstubAllEnvs();
});

it('says which one is missing and what to do', () => {
  expect(() => secretOf('env:NO_SUCH_KEY_ANYWHERE')).toThrow(/env:NO_SUCH_KEY_ANYWHERE/);
  expect(() => secretOf('file:/no/such/file')).toThrow(expect.objectContaining({ code: 'SECRET_MISSING', fix: expect.stringContaining('/no/such/file') }));
});
