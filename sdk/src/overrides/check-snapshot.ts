import type { Snapshot, SnapshotRoute, TargetShare } from '@understudy/contracts/snapshot';

const MAX_TARGETS = 20;
const MAX_ID = 200;

/**
 * The payload, field by field; undefined for anything else. The schema in contracts/ says the same, but the SDK carries no schema library.
 * `shadow` is allowed and not acted upon: this version makes no copies of calls.
 */
export function checkSnapshot(value: unknown): Snapshot | undefined {
  if (!hasOnly(value, ['v', 'project', 'epoch', 'version', 'issuedAt', 'ttlMs', 'frozen', 'routes'])) return undefined;
  const { v, project, epoch, version, issuedAt, ttlMs, frozen } = value;
  if (v !== 1 || typeof project !== 'string' || typeof frozen !== 'boolean') return undefined;
  if (!isCount(epoch) || !isCount(version) || !Number.isSafeInteger(issuedAt) || !isCount(ttlMs) || ttlMs === 0) return undefined;
  if (!isRecord(value.routes)) return undefined;
  // No object is built under names from outside: `__proto__` is a route like any other.
  const routes: Record<string, SnapshotRoute> = Object.create(null);
  for (const [name, entry] of Object.entries(value.routes)) {
    const route = checkRoute(entry);
    if (route === undefined) return undefined;
    routes[name] = route;
  }
  return { v, project, epoch, version, issuedAt: issuedAt as number, ttlMs, frozen, routes };
}

function checkRoute(value: unknown): SnapshotRoute | undefined {
  if (!hasOnly(value, ['targets', 'reason', 'incidentId', 'shadow'])) return undefined;
  const { targets, reason, incidentId, shadow } = value;
  if (!Array.isArray(targets) || targets.length === 0 || targets.length > MAX_TARGETS || typeof reason !== 'string') return undefined;
  if (incidentId !== undefined && typeof incidentId !== 'string') return undefined;
  if (shadow !== undefined && !isShadow(shadow)) return undefined;
  if (!targets.every(isShare)) return undefined;
  const total = targets.reduce((sum, share) => sum + share.percent, 0);
  if (Math.abs(total - 100) > 1e-6) return undefined;
  return { targets: targets.map(({ id, percent, purpose }) => ({ id, percent, purpose })), reason, ...(incidentId === undefined ? {} : { incidentId }) };
}

function isShare(value: unknown): value is TargetShare {
  if (!hasOnly(value, ['id', 'percent', 'purpose'])) return false;
  return isId(value.id) && isPercent(value.percent) && (value.purpose === 'serve' || value.purpose === 'probe' || value.purpose === 'standby');
}

function isShadow(value: unknown): boolean {
  return hasOnly(value, ['id', 'percent', 'maxPerMinute']) && isId(value.id) && isPercent(value.percent) && (value.maxPerMinute === undefined || isCount(value.maxPerMinute));
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID;
}

function isPercent(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 100;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasOnly(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  return isRecord(value) && Object.keys(value).every((name) => names.includes(name));
}
