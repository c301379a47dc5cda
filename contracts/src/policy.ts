import { z } from 'zod';
import { durationMs, durationSchema } from './duration.ts';
import { alertReceiversSchema } from './policy-alerts.ts';
import { BUILT_IN_RUBRICS, judgePolicySchema, routeJudgeSchema, rubricsSchema } from './policy-judge.ts';
import { expectationsSchema, heuristicsSchema, thresholdsSchema } from './policy-route-parts.ts';
import { isCustomSignal, signalNameSchema } from './signal.ts';

/** The policy file (`version: 1`). Unknown keys, and keys that this version does not implement, are refused. */
const ratio = z.number().min(0).max(1);
const percent = z.number().min(0).max(100);
/** Recovery disproves the very rate that the detector tests (p_rec = m), so nothing here can make a route go back and forth; but a rate of 0 could never be disproved, and beyond .98 no test has room. */
const LEAST_NULL = 0.001;
const MOST_NULL = 0.98;
/** What an outer decile leaves of it. */
const MOST_TOLERANCE = 0.88;
export const MODES = ['observe', 'suggest', 'auto'] as const;
export type Mode = (typeof MODES)[number];

const signalPolicySchema = z.strictObject({
  tolerance: ratio.max(MOST_TOLERANCE).describe('The smallest rise that is worth a failover, in shares of the calls. Default 0.01').optional(),
  max: z.number().min(LEAST_NULL).max(MOST_NULL).describe('The rate above which the signal counts as degraded, with or without a baseline').optional(),
  action: z.enum(['switch', 'alert', 'off']).describe('What happens when the change is proved. Default: see the signals below').optional(),
});

const routePolicySchema = z.strictObject({
  mode: z.enum(MODES).default('suggest').describe('observe: score and show. suggest: open an incident and propose. auto: switch and return'),
  primary: z.string().min(1).max(200).describe('Target that serves. Where the application declares its targets, it must be one of them. Default: its own first').optional(),
  fallbacks: z.array(z.string().min(1).max(200)).max(10).describe('Targets that may take over, in this order. Where the application declares its targets, only those count. Default: its own order').optional(),
  baseline: z.strictObject({ minCalls: z.int().min(50).max(1_000_000).default(200).describe('Calls of a target that are looked at before its baseline is frozen') }).prefault({}),
  signals: z.partialRecord(signalNameSchema, signalPolicySchema).default({}),
  thresholds: thresholdsSchema,
  expect: expectationsSchema,
  judge: routeJudgeSchema,
  ramp: z.strictObject({
    steps: z.array(percent).min(1).max(10).refine((steps) => steps.at(-1) === 100 && steps.every((step, i) => step > (steps[i - 1] ?? 0)), 'rising shares that end at 100').default([10, 50, 100])
      .describe('Shares of the traffic that move to the fallback, and back, one after the other; rising, the last is 100. Calls that fail outright move at once'),
    every: durationSchema.default('1m').describe('Time between two steps'),
  }).prefault({}),
  holdDown: z.strictObject({
    base: durationSchema.default('5m').describe('Time on the fallback before the primary is probed, ± 20 %; doubled with every override and every failed probing that follows. Calls that fail outright: at most 30 s at first'),
    cap: durationSchema.default('2h').describe('Longest hold-down'),
  }).refine(({ base, cap }) => (durationMs(base) ?? 0) <= (durationMs(cap) ?? 0), { message: 'a base that is at most the cap', path: ['base'] }).prefault({}),
  // Without probes nothing ever comes back.
  probe: z.strictObject({ percent: percent.min(0.1).max(50).default(5).describe('Share of the requests that tests a primary which is replaced') }).prefault({}),
  standby: z.strictObject({ percent: percent.max(50).default(0).describe('Share of the requests that keeps the first fallback proved') }).prefault({}),
  recovery: z.strictObject({
    alpha: z.number().min(0.0001).max(0.1).default(0.01).describe('Chance of returning while the primary is still degraded; the j-th attempt of an incident has alpha / j²'),
    cleanFor: durationSchema.default('10m').describe('Time that the primary has to serve well until the incident is resolved'),
  }).prefault({}),
});

const checkedRoutePolicySchema = routePolicySchema.refine(({ primary, fallbacks = [] }) => new Set(fallbacks).size === fallbacks.length && (primary === undefined || !fallbacks.includes(primary)), {
  message: 'fallbacks that are named once and are not the primary', path: ['fallbacks'],
});

const routeName = z.string().min(1).max(200);

export const policySchema = z.strictObject({
  version: z.literal(1).describe('Version of this format'),
  project: z.string().min(1).max(100).refine((name) => !name.includes('/'), 'a name without a slash').default('default').describe('Project that is served, a name without a slash; spans name it in `understudy.project`'),
  falseFailoversPer90Days: z.number().min(0.001).max(1000).default(1).describe('False failovers that are acceptable in 90 days, for the whole installation'),
  routes: z.record(routeName, checkedRoutePolicySchema).default({}),
  judge: judgePolicySchema.optional(),
  rubrics: rubricsSchema,
  heuristics: heuristicsSchema,
  alerts: alertReceiversSchema,
}).superRefine(namesExist);

/** What routes name has to be there. */
function namesExist(policy: { routes: Record<string, RoutePolicy>; rubrics: Record<string, unknown>; heuristics: Record<string, unknown> }, context: z.RefinementCtx): void {
  for (const [route, { signals, judge }] of Object.entries(policy.routes)) {
    for (const signal of Object.keys(signals)) {
      if (isCustomSignal(signal) && !Object.hasOwn(policy.heuristics, signal.slice('custom.'.length))) context.addIssue({ code: 'custom', path: ['routes', route, 'signals', signal], message: `a heuristic that is named under heuristics: ${Object.keys(policy.heuristics).join(', ') || 'there is none'}` });
    }
    if (!(BUILT_IN_RUBRICS as readonly string[]).includes(judge.rubric) && !Object.hasOwn(policy.rubrics, judge.rubric)) context.addIssue({ code: 'custom', path: ['routes', route, 'judge', 'rubric'], message: `one of ${[...BUILT_IN_RUBRICS, ...Object.keys(policy.rubrics)].join(', ')}` });
  }
}

export type Policy = z.infer<typeof policySchema>;
export type RoutePolicy = z.infer<typeof routePolicySchema>;
export type SignalPolicy = z.infer<typeof signalPolicySchema>;

/** The policy of a route that the file does not name: everything at its default (mode `suggest`). Made once: it is asked for at every call. */
const UNNAMED_ROUTE: RoutePolicy = routePolicySchema.parse({});

export function routePolicyOf(policy: Policy, route: string): RoutePolicy {
  return (Object.hasOwn(policy.routes, route) ? policy.routes[route] : undefined) ?? UNNAMED_ROUTE;
}

export const DEFAULT_POLICY: Policy = policySchema.parse({ version: 1 });

/** JSON Schema (2020-12) of the policy file, for editors. */
export function policyJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(policySchema, { io: 'input' }), title: 'Understudy policy' };
}
