import { newCounters } from '@understudy/collector/counters';
import type { EvaluatorObservation } from '@understudy/evaluator/observation';
import { newDetectorCounters } from '@understudy/evaluator/roles/detector-counters';
import { collectorMeasurements } from 'understudy/src/metrics/collector-measurements.ts';
import { evaluatorMeasurements } from 'understudy/src/metrics/evaluator-measurements.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GEN_AI, UNDERSTUDY } from '@understudy/contracts/attributes';
import { policySchema } from '@understudy/contracts/policy';
import { type ApiParts, createApi } from '@understudy/evaluator/api/api-app';
import { describe, expect, it } from 'vitest';
import { parsePolicy, readPolicy } from '../../cli/src/policy-file/read-policy.ts';
import { ROOT } from './documents.ts';
import { policyKeys, policyReference } from './policy-reference.ts';

const page = (name: string) => readFileSync(join(ROOT, name), 'utf8');

describe('docs/reference/policy.md', () => {
  it('is what the schema says now (npx node test/docs/write-policy-reference.ts)', () => {
    expect(page('docs/reference/policy.md')).toBe(policyReference());
  });

  it('says of every key what it means', () => {
    expect(policyKeys().filter(({ schema }) => (schema.description ?? '') === '').map(({ path }) => path)).toEqual([]);
  });
});

/** The file with the lines that it offers at its end taken in. */
function withExamples(): string {
  return page('understudy.yaml').replaceAll(/^#:/gm, '');
}

describe('understudy.yaml', () => {
  it('is a valid policy whose only route is an example, in mode suggest', () => {
    const { policy } = readPolicy(join(ROOT, 'understudy.yaml'));
    expect(Object.entries(policy.routes).map(([name, { mode }]) => [name, mode])).toEqual([['docs.example', 'suggest']]);
  });

  it('shows every key that is implemented', () => {
    const shown = new Set([...withExamples().replaceAll(/#.*$/gm, '').matchAll(/([\w.]+):/g)].map((match) => match[1]));
    const keys = new Set(policyKeys().flatMap(({ path }) => path.replaceAll('[]', '').split('.')).filter((key) => key !== 'R' && key !== 'S' && key !== 'N'));
    expect([...keys].filter((key) => !shown.has(key))).toEqual([]);
  });

  it('is a valid policy with all that its last lines offer, too', () => {
    // The offered keys of the route stand in place of the defaults that are shown.
    const whole = withExamples().replace(/^ {4}(expect|judge|thresholds): (\{.*\}|\[\])$/gm, (line, key) => (line === `    ${key}: {}` || line === `    ${key}: []` || line.includes('alone') ? '' : line));
    const policy = parsePolicy(whole, 'understudy.yaml');
    expect(policy.alerts).toHaveLength(5);
    expect(policy.routes['docs.example']?.thresholds).toHaveLength(4);
    expect(policy.judge?.model).toBe('gpt-5-nano-2025-08-07');
  });

  it('has every value at its default, but those that its comments call no default', () => {
    const plain = policySchema.parse({ version: 1, routes: { 'docs.example': {} } });
    const { policy } = readPolicy(join(ROOT, 'understudy.yaml'));
    const { primary, fallbacks, signals, standby, ...rest } = policy.routes['docs.example'] ?? {};
    expect({ ...policy, routes: {} }).toEqual({ ...plain, routes: {} });
    const { signals: _signals, standby: _standby, ...defaults } = plain.routes['docs.example'] ?? {};
    expect(rest).toEqual(defaults);
  });
});

describe('docs/reference/http.md', () => {
  // Only what is registered is asked for; no handler runs.
  const api = createApi({} as ApiParts);
  const routes = new Set(api.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path.replace(/:(\w+)/, '{$1}')}`));
  const text = page('docs/reference/http.md');

  it('has every path of the API', () => {
    expect(routes.size).toBeGreaterThan(12);
    expect([...routes].filter((route) => !new RegExp(`\`${escaped(route)}[?\`]`).test(text))).toEqual([]);
  });

  it('has no path that the API does not have', () => {
    const named = [...text.matchAll(/`((?:GET|POST|DELETE) \/[^`?]*)/g)].map((match) => match[1] ?? '').filter((route) => route !== 'POST /v1/traces');
    expect(named.filter((route) => !routes.has(route))).toEqual([]);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.{}]/g, String.raw`\$&`);
}

describe('docs/reference/attributes.md', () => {
  const text = page('docs/reference/attributes.md');

  it('has every attribute of Understudy', () => {
    expect(Object.values(UNDERSTUDY).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('names only GenAI attributes that are read', () => {
    const known = new Set<string>(Object.values(GEN_AI));
    const named = [...text.matchAll(/`(gen_ai\.[\w.]+)`/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('docs/reference/metrics.md', () => {
  const text = page('docs/reference/metrics.md');

  it('has every metric, and no other', async () => {
    const observation: EvaluatorObservation = { groups: [], partitions: [], detectors: newDetectorCounters(), newest: { epoch: 1, version: 1, issuedAt: 0 }, leadsEpoch: 1 };
    const measurements = [...collectorMeasurements(newCounters()), ...(await evaluatorMeasurements(observation, { lag: async () => 0, readState: async () => undefined }, 0))];
    const named = [...text.matchAll(/^\|.*?\|/gm)].flatMap(([cell]) => [...cell.matchAll(/`(understudy_\w+)`/g)].map((match) => match[1] ?? ''));
    expect(new Set(named)).toEqual(new Set(measurements.map(({ name }) => name)));
  });
});
