import type { LogEntry } from 'kafkajs';

/** Reasons for which connections are ended here: no news to anybody. */
const OUR_OWN = /the connection was given up|the log was closed|it could not be opened/;
/** The same words are said once in this time. */
const QUIET_MS = 60_000;

/**
 * Of what kafkajs logs (each retry, with stacks), the connections that fail and the logins that are refused; the rest is tried again, or comes to the caller as an
 * error. Only these two messages are passed on, never the values that kafkajs logs beside them.
 */
export function saysWhatMatters(say: (text: string) => void, nowMs: () => number = Date.now): (entry: LogEntry) => void {
  const saidAtMs = new Map<string, number>();
  return (entry) => {
    const text = textOf(entry);
    if (text === undefined || nowMs() - (saidAtMs.get(text) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    saidAtMs.set(text, nowMs());
    say(text);
  };
}

function textOf({ namespace, log }: LogEntry): string | undefined {
  const broker = typeof log.broker === 'string' ? log.broker : 'a broker';
  if (OUR_OWN.test(log.message)) return undefined;
  if (namespace === 'Connection' && /^Connection (error|timeout)/.test(log.message)) return `Kafka at ${broker} cannot be reached (${reasonOf(log.message)}); it is tried again.`;
  // Entries of the client itself have no namespace, whatever its types say.
  if (namespace?.startsWith('SaslAuthenticator')) return `Kafka at ${broker} refused the login: check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and the password.`;
  return undefined;
}

function reasonOf(message: string): string {
  return message.replace(/^Connection error: /, '').replace(/^Connection timeout$/, 'no answer in time');
}
