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
  if (typeof schema.additionalProperties === 'object') return policyKeys(schema.additionalProperties, `${path}.${schema.propertyNames?.enum === undefined ? 'R' : 'S'}`);
  if (schema.properties === undefined) return [{ path, schema }];
  return Object.entries(schema.properties).flatMap(([name, child]) => policyKeys(child, path === '' ? name : `${path}.${name}`));
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
    'R stands for the name of a route, S for the name of a signal. Durations are written `30s`, `5m`, `2h`, `90d`; keys called `percent` and the steps of a ramp are 0-100, other shares 0-1.', '',
    '| key | value | default | meaning |', '|---|---|---|---|', ...rows, '',
    '## Signals', '',
    'A rate is tested on 0 or 1 a call. A quantile signal is tested on the number itself against the quantiles of the baseline; `max` and `tolerance` then mean the share of calls beyond the baseline\'s outer decile (healthy: 0.1), so it is not tested before there is a baseline.', '',
    '| signal | measures | family | tested as | worse is | default action |', '|---|---|---|---|---|---|', ...signals, '',
  ].join('\n');
}

function kindOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return `list of ${schema.minItems ?? 0} to ${schema.maxItems} values: ${kindOf(schema.items ?? {})}`;
  if (schema.type === 'string') return schema.pattern?.endsWith('(ms|s|m|h|d)$') ? 'duration' : `text, at most ${schema.maxLength} characters`;
  return `${schema.type === 'integer' ? 'whole number' : 'number'}, ${schema.minimum} to ${schema.maximum}`;
}

function defaultOf(schema: Schema): string {
  if (schema.const !== undefined) return 'must be given';
  return schema.default === undefined ? '' : `\`${typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default)}\``;
}
