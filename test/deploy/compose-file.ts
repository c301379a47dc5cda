import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../docs/documents.ts';

/** What the tests look at of a service; the whole of it is Compose's to check. */
export interface ComposeService {
  readonly name: string;
  readonly image: string;
  readonly build?: string;
  readonly restart?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly deploy?: { readonly replicas: number };
  readonly mem_limit?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
}

export interface ComposeFile {
  readonly text: string;
  readonly services: readonly ComposeService[];
  readonly volumes: readonly string[];
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export function readComposeFile(): ComposeFile {
  const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
  const file = parse(text, { merge: true }) as { services: Record<string, Omit<ComposeService, 'name'>>; volumes: object; networks: ComposeFile['networks'] };
  return { text, networks: file.networks, volumes: Object.keys(file.volumes), services: Object.entries(file.services).map(([name, service]) => ({ name, ...service })) };
}

/** A variable's default stands for it. */
export function mountsOf({ volumes = [] }: ComposeService): Mount[] {
  return volumes.map((volume) => {
    const [source = '', target = '', mode] = volume.replace(/\$\{\w+:-([^}]*)\}/, '$1').split(':');
    return { source, target, readOnly: mode === 'ro' };
  });
}

/** The value that follows a flag. */
export function flagValue(command: readonly string[] | undefined, flag: string): string | undefined {
  const at = command?.indexOf(flag) ?? -1;
  return at < 0 ? undefined : command?.[at + 1];
}
