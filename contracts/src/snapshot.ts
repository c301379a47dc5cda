import { z } from 'zod';

/** The signed snapshot: the whole state of routing of one project, valid for its lease. */
export const SNAPSHOT_TTL_MS = 60_000;
export const SNAPSHOT_MAX_BYTES = 64 * 1024;

const targetShareSchema = z.strictObject({
  id: z.string().min(1).max(200),
  percent: z.number().min(0).max(100),
  purpose: z.enum(['serve', 'probe', 'standby']),
});

const snapshotRouteSchema = z.strictObject({
  targets: z.array(targetShareSchema).min(1).max(20).refine((targets) => Math.abs(targets.reduce((sum, target) => sum + target.percent, 0) - 100) < 1e-6, 'shares that sum to 100'),
  reason: z.string().max(300),
  incidentId: z.string().max(100).optional(),
});

export const snapshotSchema = z.strictObject({
  v: z.literal(1),
  project: z.string(),
  epoch: z.int().min(0),
  version: z.int().min(0),
  issuedAt: z.int(),
  ttlMs: z.int().positive(),
  frozen: z.boolean(),
  routes: z.record(z.string(), snapshotRouteSchema),
});

export type TargetShare = z.infer<typeof targetShareSchema>;
export type SnapshotRoute = z.infer<typeof snapshotRouteSchema>;
export type Snapshot = z.infer<typeof snapshotSchema>;

/** One record of `llm.overrides`. */
export const overrideRecordSchema = z.strictObject({ v: z.literal(1), epoch: z.int(), version: z.int(), issuedAt: z.int(), jws: z.string() });
export type OverrideRecord = z.infer<typeof overrideRecordSchema>;
