import { TOPICS } from '@understudy/contracts/topics';
import { overrideRecordSchema } from '@understudy/contracts/snapshot';
import { ARCHIVE_GROUP, DECIDE_GROUP, SCORE_GROUP } from '@understudy/evaluator/roles/groups';
import { openClickHouseStore } from '@understudy/evaluator/store/clickhouse-store';
import type { EventLog } from '@understudy/log/event-log';
import { checkCounts, type CountCheck } from '../../support/check-counts.ts';
import { runUnderstudy } from '../../support/run-understudy.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { historyFaults, publishedFaults, type PublishedSnapshot, versionText } from './override-history.ts';
import type { RecordingSdk } from './recording-sdk.ts';
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
  const leaders = storm.stage.of('controller');
  const successor = await storm.stage.add('controller', CLOCK_AHEAD_MS);
  await Promise.all([storm.sender.stop(), successor.untilReady()]);
  await drained(storm.log);
  // The leader's work is done by one whose clock is ahead: minutes end without waiting for them.
  await Promise.all(leaders.map((leader) => leader.leave('stays-down')));
  const store = openClickHouseStore({ url: storm.stage.front.url });
  try {
    const counts = await checkCounts({ api: storm.api(), query: (sql) => store.query(sql) }, storm.sender.sent, { settleMs: DRAINED_MS });
    await drained(storm.log);
    const { decisions, differences } = await foldAgain(storm);
    const published = await readPublished(storm.log);
    const archived = Number((await store.query<{ n: string }>('SELECT count() AS n FROM decisions FINAL'))[0]?.n);
    const faults = [
      ...storm.faults, ...counts.faults, ...differences.map((difference) => `folded again: ${difference}`), ...publishedFaults(published),
      ...storm.sdks.flatMap((sdk, index) => sdkFaults(sdk, published).map((fault) => `SDK ${index + 1}: ${fault}`)),
      ...(archived === decisions ? [] : [`${archived} decisions are archived, ${decisions} are in the log`]), ...[...storm.stage.members, ...storm.stage.gone].flatMap(unexplainedEnds),
    ];
    return { ...counts, faults, decisions, different: differences.length, published: published.length, epochs: new Set(published.map(({ epoch }) => epoch)).size, applied: storm.sdks.map(({ applied }) => applied.length) };
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

/** By a process of its own, beside those that run. */
async function foldAgain({ stage }: Storm): Promise<{ decisions: number; differences: readonly string[] }> {
  const { code, stdout, stderr } = await runUnderstudy(['verify', '--json'], { environment: { KAFKA_BROKERS: stage.broker.brokers }, withinMs: DRAINED_MS });
  if (code !== 0 && code !== 1) throw new Error(`verify ended with ${code}: ${stderr}`);
  const { decisions, different } = JSON.parse(stdout) as { decisions: number; different: number };
  return { decisions, differences: different === 0 ? [] : [`${different} are different`, ...stderr.split('\n')] };
}

/** What the leaders have published, in the order of the log. */
async function readPublished(log: EventLog): Promise<PublishedSnapshot[]> {
  const published: PublishedSnapshot[] = [];
  for (let offset = 0; ;) {
    const { records } = await log.read(TOPICS.overrides.name, 0, offset, { maxRecords: 1_000 });
    for (const { value } of records) published.push(overrideRecordSchema.parse(JSON.parse(Buffer.from(value).toString('utf8'))));
    if (records.length === 0) return published;
    offset = (records.at(-1)?.offset ?? offset) + 1;
  }
}

function sdkFaults(sdk: RecordingSdk, published: readonly PublishedSnapshot[]): string[] {
  const { applied, tap } = sdk;
  const byVersion = new Map(published.map((snapshot) => [versionText(snapshot), snapshot]));
  return [...tap.faults, ...historyFaults({ applied, accepted: sdk.status().accepted, sent: tap.seen }, byVersion)];
}

/** A server that ends by itself without having been ready has found no broker, as is to be said and no fault; any other end is one. */
function unexplainedEnds({ ownEnds }: Storm['stage']['members'][number]): string[] {
  return ownEnds.filter((end) => !/event log|broker|Kafka/i.test(end));
}
