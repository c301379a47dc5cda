import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { secretReferenceSchema } from './secret-reference.ts';

/** The parts of the policy about the judge. */
export const BUILT_IN_RUBRICS = ['answer', 'support', 'extraction', 'code', 'summary', 'classification'] as const;
const LEAST_SAMPLE_PERCENT = 1;
const percent = z.number().min(LEAST_SAMPLE_PERCENT).max(100);
const usd = z.number().min(0).max(1_000_000);
const calls = z.int().min(0).max(10_000_000);

export const judgePolicySchema = z.strictObject({
  model: z.string().min(1).max(200).describe('Model that judges, best a dated one of another family than the judged models. The judged model itself is refused'),
  provider: z.enum(['openai', 'anthropic', 'openai-compatible']).default('openai-compatible').describe('Whose API it is'),
  baseUrl: z.url({ protocol: /^https?$/ }).describe('Address of the API, with its /v1. Default: the provider\'s own; needed for openai-compatible').optional(),
  apiKey: secretReferenceSchema.describe('env:NAME or file:PATH').optional(),
  samplePercent: percent.default(10).describe('Share of the calls of a route that is judged, on the average; what the heuristics flag comes first'),
  usdPerDay: usd.default(5).describe('Money for judging in a day (UTC), for all routes'),
  callsPerDay: calls.default(20_000).describe('Judgements in a day (UTC), for all routes'),
  reservePercent: z.number().min(0).max(90).default(30).describe('Share of the day\'s budget that is kept for routes in doubt'),
  timeout: durationSchema.default('30s').describe('Longest time for one judgement, its retry included'),
  concurrency: z.int().min(1).max(64).default(4).describe('Judgements under way at the same time'),
  prices: z.strictObject({ inputPerMillion: usd.describe('USD for a million input tokens'), outputPerMillion: usd.describe('USD for a million output tokens') }).describe('Where the price of the model is not known').optional(),
  anchorsEvery: durationSchema.default('24h').describe('How often the frozen anchors are judged again'),
  controlPercent: z.number().min(0).max(20).default(5).describe('Share of the judgements that is spent on items whose answer is known'),
}).refine(({ provider, baseUrl }) => provider !== 'openai-compatible' || baseUrl !== undefined, { message: 'a baseUrl, since the provider is openai-compatible', path: ['baseUrl'] });
export type JudgePolicy = z.infer<typeof judgePolicySchema>;

export const routeJudgeSchema = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether the route is judged, where a judge is configured'),
  rubric: z.string().min(1).max(100).default('answer').describe(`What is checked: ${BUILT_IN_RUBRICS.join(', ')}, or one of \`rubrics\``),
  samplePercent: percent.describe('Instead of the judge\'s own').optional(),
  usdPerDay: usd.describe('Money for judging this route in a day (UTC), within that of all').optional(),
  callsPerDay: calls.describe('Judgements of this route in a day (UTC), within those of all').optional(),
  floorPerHour: z.int().min(0).max(10_000).default(20).describe('Judgements of a (route, target) in an hour, however quiet it is'),
  alone: z.boolean().default(false).describe('true: the judge switches although no other family of signals agrees'),
}).prefault({});

const checkName = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a name of a-z, 0-9 and _');
const rubricSchema = z.strictObject({
  task: z.string().min(1).max(1_000).describe('What the model was asked to do, in a sentence or two'),
  checks: z.record(checkName, z.strictObject({
    question: z.string().min(1).max(500).describe('A question whose good answer is yes'),
    weight: z.number().min(0.1).max(10).default(1).describe('What it counts for'),
  })).refine((checks) => Object.keys(checks).length >= 1 && Object.keys(checks).length <= 7, 'one to seven checks'),
});
export type RubricPolicy = z.infer<typeof rubricSchema>;
export const rubricsSchema = z.record(checkName, rubricSchema).default({}).describe('Rubrics of your own, by name');
