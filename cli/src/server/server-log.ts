import type { EventLog } from '@understudy/log/event-log';
import { openKafkaLog } from '@understudy/log/kafka/kafka-log';
import type { KafkaEnvironment } from '../environment.ts';

/** The log of servers that run as processes of their own. */
export function openServerLog(kafka: KafkaEnvironment, say: (text: string) => void): Promise<EventLog> {
  return openKafkaLog({ ...kafka, say });
}
