import type { EventLog } from '../event-log.ts';
import { type KafkaLogOptions, openKafkaLog } from './kafka-log.ts';

/** For the conformance suite's processes: opens the log that others have open as well. The argument is JSON. */
export async function openEventLog(argument: string): Promise<EventLog> {
  return openKafkaLog(JSON.parse(argument) as KafkaLogOptions);
}
