import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

const TEMPLATE = new URL('policy.yaml', import.meta.url);

export interface DemoAddresses {
  readonly provider: string;
  readonly alerts: string;
}

/** Writes the demo's policy with the addresses of this run into the directory; the path of the file. */
export async function writePolicy(directory: string, { provider, alerts }: DemoAddresses): Promise<string> {
  const document = parseDocument(await readFile(TEMPLATE, 'utf8'));
  document.setIn(['judge', 'baseUrl'], `${provider}/v1`);
  document.setIn(['alerts', 0, 'webhook'], alerts);
  const file = join(directory, 'policy.yaml');
  await writeFile(file, String(document));
  return file;
}
