import { policyJsonSchema } from '@understudy/contracts/policy';
import { SIGNAL_NAMES, type SignalDefinition, signalDefinition, WINDOW_MEASURES } from '@understudy/contracts/signal';

/** The part of JSON Schema that the policy uses. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

export interface PolicyKey {
  /** Such as `routes.R.ramp.every`; R stands for a route's name, S for a signal's. */
  readonly path: string;
  readonly schema: Schema;
}

/** Every key of the policy file that holds a value, in the order of the schema. */
export function policyKeys(schema: Schema = policyJsonSchema(), path = ''): PolicyKey[] {
  const each = objectsOf(schema.items);
  if (each.length > 0) return uniqueKeys([{ path, schema }, ...each.flatMap((child) => policyKeys(child, `${path}[]`))]);
  if (isRecord(schema)) return policyKeys(schema.additionalProperties as Schema, `${path}.${nameOf(path, schema)}`);
  if (schema.properties === undefined) return [{ path, schema }];
  return Object.entries(schema.properties).flatMap(([name, child]) => policyKeys(child, path === '' ? name : `${path}.${name}`));
}

/** A record of JSON of any kind is a value, not a folder. */
function isRecord({ additionalProperties }: Schema): boolean {
  return typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0;
}

function objectsOf(items: Schema | undefined): readonly Schema[] {
  return (items?.anyOf ?? (items === undefined ? [] : [items])).filter(({ properties }) => properties !== undefined);
}

function nameOf(path: string, { propertyNames }: Schema): string {
  if (propertyNames?.anyOf !== undefined) return 'S';
  return path === 'routes' ? 'R' : 'N';
}

function uniqueKeys(keys: readonly PolicyKey[]): PolicyKey[] {
  return [...new Map(keys.map((key) => [key.path, key])).values()];
}

function testedAs({ kind, unit }: SignalDefinition): string {
  if (kind === 'quantile') return `quantiles, ${unit}`;
  return kind === 'window' ? `thresholds only, ${unit}` : kind === 'score' ? 'mean score, 0 to 1' : 'rate';
}

/** docs/reference/policy.md, from the schema alone. */
export function policyReference(): string {
  const rows = policyKeys().map(({ path, schema }) => `| \`${path}\` | ${kindOf(schema)} | ${defaultOf(schema)} | ${schema.description ?? ''} |`);
  const signals = [...SIGNAL_NAMES, ...WINDOW_MEASURES].map((name) => {
    const signal = signalDefinition(name);
    return `| \`${name}\` | ${signal.text} | ${signal.family} | ${testedAs(signal)} | ${signal.worse === 'up' ? 'more' : 'more or less'} | \`${signal.defaultAction}\` |`;
  });
  return [
    '# Policy file', '',
    'Generated from the schema by `npx node test/docs/write-policy-reference.ts`; a test holds it up to date. A commented example is [understudy.yaml](../../understudy.yaml).', '',
    'YAML. `npx understudy policy check FILE` names every fault as `file:line:column` and exits 3. A key that is not listed here is refused. The same as JSON Schema, for editors: `npx understudy policy schema`.', '',
    'R stands for the name of a route, S for the name of a signal, N for a name of your own, `[]` for each entry of a list. Durations are written `30s`, `5m`, `2h`, `90d`; keys called `percent` and the steps of a ramp are 0-100, other shares 0-1.', '',
    '| key | value | default | meaning |', '|---|---|---|---|', ...rows, '',
    '## Signals', '',
    'A rate is tested on 0 or 1 a call. A quantile signal is tested on the number itself against the quantiles of the baseline; `max` and `tolerance` then mean the share of calls beyond the baseline\'s outer decile (healthy: 0.1), so it is not tested before there is a baseline. A mean score is tested on a number from 0 (good) to 1 (bad) a call. `custom.NAME` is a heuristic of your own: a rate that alerts.', '',
    '| signal | measures | family | tested as | worse is | default action |', '|---|---|---|---|---|---|', ...signals, '',
  ].join('\n');
}

function kindOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(kindOf).join(', or ');
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type === 'object') return 'a mapping';
  if (schema.type === 'array' && objectsOf(schema.items).length > 0) return `list of ${schema.minItems ?? 0} to ${schema.maxItems} entries`;
  if (schema.type === 'array') return `list of ${schema.minItems ?? 0} to ${schema.maxItems} values: ${kindOf(schema.items ?? {})}`;
  if (schema.type === 'string') return textKind(schema);
  return `${schema.type === 'integer' ? 'whole number' : 'number'}, ${schema.minimum} to ${schema.maximum}`;
}

function textKind({ pattern, format, maxLength }: Schema): string {
  if (pattern?.endsWith('(ms|s|m|h|d)$')) return 'duration';
  if (pattern?.startsWith('^(env:')) return 'secret: `env:NAME` or `file:PATH`';
  if (format === 'uri') return 'address';
  if (format === 'email') return 'mail address';
  return maxLength === undefined ? 'text' : `text, at most ${maxLength} characters`;
}

function defaultOf(schema: Schema): string {
  if (schema.const !== undefined) return 'must be given';
  return schema.default === undefined ? '' : `\`${typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default)}\``;
}
