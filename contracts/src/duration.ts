import { z } from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration such as `5s`, `1.5h` or `90d`; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = match?.[2] === undefined ? undefined : UNIT_MS[match[2]];
  return match?.[1] === undefined || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** A duration in a file (`5m`); stays text, checked here and converted where it is used. */
export const durationSchema = z
  .string({ error: 'a duration such as 30s, 5m, 2h or 90d' })
  .refine((text) => durationMs(text) !== undefined, { message: 'a duration such as 30s, 5m, 2h or 90d' })
  .meta({ pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$' });
