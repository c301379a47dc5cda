import type { EventLog } from '@understudy/log/event-log';
import { clearTextWarning } from '@understudy/log/kafka/connection';
import { openKafkaLog } from '@understudy/log/kafka/kafka-log';
import type { KafkaEnvironment } from '../environment.ts';

/** The log of servers that run as processes of their own. */
export function openServerLog(kafka: KafkaEnvironment, say: (text: string) => void): Promise<EventLog> {
  const warning = clearTextWarning(kafka);
  if (warning !== undefined) say(warning);
  return openKafkaLog({ ...kafka, say });
}
