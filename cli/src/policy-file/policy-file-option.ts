import { existsSync } from 'node:fs';
import { Option } from 'commander';

const DEFAULT_FILE = 'understudy.yaml';

export const policyOption = (more = '') => new Option('--policy <file>', `policy file (default ${DEFAULT_FILE} where there is one)${more}`);

/** The one that is named, else the usual one where it stands. */
export function policyFileOf(named: string | undefined): string | undefined {
  return named ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
}
