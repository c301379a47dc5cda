/** The wait a provider asks for, in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date. */
export function parseRetryAfter(milliseconds: string | undefined, retryAfter: string | undefined, nowWallMs: number): number | undefined {
  const exact = number(milliseconds);
  if (exact !== undefined) return exact;
  if (retryAfter === undefined) return undefined;
  const seconds = number(retryAfter);
  if (seconds !== undefined) return seconds * 1_000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowWallMs);
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}
