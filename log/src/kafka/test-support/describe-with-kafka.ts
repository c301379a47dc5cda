import { describe, inject, it } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Asked with GET, /shared starts the broker of this run, where it does not run yet, and /own-broker only looks whether a test may start one; both answer a KafkaOffer. */
    kafkaOfferUrl: string;
  }
}

/** What this machine has for tests that need Kafka. */
export type KafkaOffer =
  | { readonly kind: 'cluster'; readonly brokers: readonly string[] }
  | { readonly kind: 'startable' }
  | { readonly kind: 'absent'; readonly reason: string };

/** The one cluster of this test run. The first test file that asks waits until it is started; a run in which none asks pays nothing. */
export async function askForKafka(wanted: 'shared' | 'own-broker' = 'shared'): Promise<KafkaOffer> {
  const answer = await fetch(new URL(wanted, inject('kafkaOfferUrl')));
  if (!answer.ok) throw new Error(await answer.text());
  return await answer.json() as KafkaOffer;
}

/**
 * A describe whose tests have a cluster. Where this machine has none its tests are skipped (the run says so once, with what to install); with CI=true they fail.
 * The cluster is shared by the files of a run: take a topic prefix of your own.
 */
export function describeWithKafka(name: string, declareTests: (brokers: readonly string[]) => void): void {
  describe(name, async () => {
    const offer = await askForKafka();
    if (offer.kind === 'cluster') declareTests(offer.brokers);
    else if (offer.kind === 'absent') it.skip(`needs Kafka: ${offer.reason}`, () => undefined);
  });
}
