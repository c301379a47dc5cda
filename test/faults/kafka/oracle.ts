import { TOPICS } from '@understudy/contracts/topics';
import { type OverrideRecord, overrideRecordSchema } from '@understudy/contracts/snapshot';
import { ARCHIVE_GROUP, DECIDE_GROUP, SCORE_GROUP } from '@understudy/evaluator/roles/groups';
import { openClickHouseStore } from '@understudy/evaluator/store/clickhouse-store';
import { verifyDecisions } from '@understudy/evaluator/verify/verify-decisions';
import type { EventLog } from '@understudy/log/event-log';
import { checkCounts, type CountCheck } from '../../support/check-counts.ts';
import { waitUntil } from '../../support/wait-until.ts';
import type { RecordingSdk } from './recording-sdk.ts';
import { versionOf } from './snapshot-tap.ts';
import type { Storm } from './storm.ts';

export interface StormReport extends CountCheck {
  readonly decisions: number;
  /** Of the folding again: decisions and states of detectors. */
  readonly different: number;
  readonly published: number;
  readonly epochs: number;
  /** Snapshots that each SDK has applied. */
  readonly applied: readonly number[];
}

const DRAINED_MS = 180_000;
/** Ends every minute in which a call arrived. */
const CLOCK_AHEAD_MS = 180_000;

/** After the storm: lets everything be read, ends the minutes, and holds what is stored, decided and applied against what was sent. */
export async function judge(storm: Storm): Promise<StormReport> {
  await storm.stage.untilReady();
  await storm.sender.stop();
  await drained(storm.log);
  await endMinutes(storm);
  const store = openClickHouseStore({ url: storm.stage.front.url });
  try {
    const counts = await checkCounts({ api: storm.api(), query: (sql) => store.query(sql) }, storm.sender.sent, { settleMs: DRAINED_MS });
    await drained(storm.log);
    const { decisions, differences } = await verifyDecisions(storm.log);
    const published = await readPublished(storm.log);
    const archived = Number((await store.query<{ n: string }>('SELECT count() AS n FROM decisions FINAL'))[0]?.n);
    const faults = [
      ...storm.faults, ...counts.faults, ...differences.map((difference) => `folded again: ${difference}`), ...published.faults, ...storm.sdks.flatMap((sdk, index) => historyFaults(`SDK ${index + 1}`, sdk, published.byVersion)),
      ...(archived === decisions ? [] : [`${archived} decisions are archived, ${decisions} are in the log`]), ...[...storm.stage.members, ...storm.stage.gone].flatMap(unexplainedEnds),
    ];
    return { ...counts, faults, decisions, different: differences.length, published: published.byVersion.size, epochs: published.epochs, applied: storm.sdks.map(({ applied }) => applied.length) };
  } finally {
    await store.close();
  }
}

/** Every role has read what there is; ticks go on, so decide is as good as at the end now and then. */
function drained(log: EventLog): Promise<unknown> {
  const read = [[SCORE_GROUP, TOPICS.spans.name], [DECIDE_GROUP, TOPICS.evidence.name], [ARCHIVE_GROUP, TOPICS.calls.name], [ARCHIVE_GROUP, TOPICS.decisions.name]] as const;
  return waitUntil('everything is read', DRAINED_MS, async () => {
    for (const [group, topic] of read) if (await log.lag(group, topic) > 0) return false;
    return true;
  }, 50);
}

/** The leader's work is done by one whose clock is ahead: minutes end without waiting for them. */
async function endMinutes({ stage }: Storm): Promise<void> {
  for (const controller of stage.of('controller')) {
    await controller.leave('stays-down');
    await stage.remove(controller);
  }
  await (await stage.add('controller', CLOCK_AHEAD_MS)).untilReady();
}

interface Published {
  readonly byVersion: ReadonlyMap<string, OverrideRecord>;
  readonly epochs: number;
  readonly faults: readonly string[];
}

/** What the leaders have published, in the order of the log, which must be that of their versions. */
async function readPublished(log: EventLog): Promise<Published> {
  const byVersion = new Map<string, OverrideRecord>();
  const faults: string[] = [];
  let last: OverrideRecord | undefined;
  for (let offset = 0; ;) {
    const { records } = await log.read(TOPICS.overrides.name, 0, offset, { maxRecords: 1_000 });
    for (const { value } of records) {
      const record = overrideRecordSchema.parse(JSON.parse(Buffer.from(value).toString('utf8')));
      if (last !== undefined && (record.epoch - last.epoch || record.version - last.version) <= 0) faults.push(`${record.epoch}.${record.version} was published after ${last.epoch}.${last.version}`);
      byVersion.set(versionOf(record.jws), record);
      last = record;
    }
    if (records.length === 0) return { byVersion, faults, epochs: new Set([...byVersion.values()].map(({ epoch }) => epoch)).size };
    offset = (records.at(-1)?.offset ?? offset) + 1;
  }
}

/** An SDK may miss some; what it applies rises, and is what was published under that version. */
function historyFaults(name: string, sdk: RecordingSdk, published: ReadonlyMap<string, OverrideRecord>): string[] {
  const { applied, tap } = sdk;
  const faults = tap.faults.map((fault) => `${name}: ${fault}`);
  for (const [index, { epoch, version }] of applied.entries()) {
    const before = applied[index - 1];
    if (before !== undefined && (epoch - before.epoch || version - before.version) <= 0) faults.push(`${name} applied ${epoch}.${version} after ${before.epoch}.${before.version}`);
    const record = published.get(`${epoch}.${version}`);
    if (record === undefined) faults.push(`${name} applied ${epoch}.${version}, which was never published`);
    else if (tap.seen.get(`${epoch}.${version}`) !== record.jws) faults.push(`${name} applied another content of ${epoch}.${version} than was published`);
  }
  const { accepted } = sdk.status();
  if (applied.length < accepted) faults.push(`${name} accepted ${accepted} snapshots, of which ${applied.length} were seen`);
  return faults;
}

/** A server that ends by itself without having been ready has found no broker, as is to be said and no fault; any other end is one. */
function unexplainedEnds({ ownEnds }: Storm['stage']['members'][number]): string[] {
  return ownEnds.filter((end) => !/event log|broker|Kafka/i.test(end));
}
