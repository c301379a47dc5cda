/** What a broker listens on; a port that is undefined is not opened. All on loopback. */
export interface BrokerPorts {
  readonly plain: number;
  readonly controller: number;
  /** The broker's traffic with itself: what a test does to its clients' connections must not hinder it. */
  readonly internal: number;
  readonly tls?: number;
  readonly sasl?: number;
  readonly saslTls?: number;
}

export interface BrokerUser {
  readonly name: string;
  readonly password: string;
}

export interface BrokerSettings {
  readonly directory: string;
  readonly ports: BrokerPorts;
  /** Where clients of the plain listener are told to come back to: a proxy's port. */
  readonly advertisedPort?: number;
  readonly users: readonly BrokerUser[];
  readonly tls?: { readonly keyStore: string; readonly password: string };
  /** Broker settings that override those here. */
  readonly overrides?: Readonly<Record<string, string>>;
}

const HOST = '127.0.0.1';
const PROTOCOLS = { plain: 'PLAINTEXT', internal: 'PLAINTEXT', controller: 'PLAINTEXT', tls: 'SSL', sasl: 'SASL_PLAINTEXT', saslTls: 'SASL_SSL' } as const;

const listenerName = (name: keyof BrokerPorts): string => name.toUpperCase();

/** The text of a server.properties for one node that is controller and broker. */
export function brokerProperties(settings: BrokerSettings): string {
  const { ports } = settings;
  const listeners = (Object.keys(PROTOCOLS) as (keyof BrokerPorts)[]).flatMap((name) => ports[name] === undefined ? [] : [{ name, port: ports[name] }]);
  const advertised = listeners.filter(({ name }) => name !== 'controller').map(({ name, port }) => `${listenerName(name)}://${HOST}:${name === 'plain' ? settings.advertisedPort ?? port : port}`);
  const properties = new Map<string, string>([
    ['process.roles', 'broker,controller'],
    ['node.id', '1'],
    ['controller.quorum.voters', `1@${HOST}:${ports.controller}`],
    ['controller.listener.names', listenerName('controller')],
    ['inter.broker.listener.name', listenerName('internal')],
    ['listeners', listeners.map(({ name, port }) => `${listenerName(name)}://${HOST}:${port}`).join(',')],
    ['advertised.listeners', advertised.join(',')],
    ['listener.security.protocol.map', listeners.map(({ name }) => `${listenerName(name)}:${PROTOCOLS[name]}`).join(',')],
    ['log.dirs', `${settings.directory}/data`],
    ...oneNode(),
    ...quickEnoughForTests(),
    ...sasl(settings),
    ...tls(settings),
    ...Object.entries(settings.overrides ?? {}),
  ]);
  return [...properties].map(([name, value]) => `${name}=${value}\n`).join('');
}

function oneNode(): [string, string][] {
  return [
    ['auto.create.topics.enable', 'false'],
    ['default.replication.factor', '1'],
    ['offsets.topic.replication.factor', '1'],
    ['offsets.topic.num.partitions', '8'],
    ['transaction.state.log.replication.factor', '1'],
    ['transaction.state.log.min.isr', '1'],
    ['transaction.state.log.num.partitions', '8'],
    ['share.coordinator.state.topic.replication.factor', '1'],
    ['share.coordinator.state.topic.min.isr', '1'],
  ];
}

function quickEnoughForTests(): [string, string][] {
  return [
    ['group.initial.rebalance.delay.ms', '100'],
    // Below kafkajs' sessions of 6 s, so that a test may ask for shorter ones.
    ['group.min.session.timeout.ms', '1000'],
    // A broker that was killed may come back when its last session is over: 9 s with Kafka's default.
    ['broker.session.timeout.ms', '2000'],
    ['broker.heartbeat.interval.ms', '250'],
    // A producer that was killed inside a transaction holds its readers up for so long beyond its own timeout.
    ['transaction.abort.timed.out.transaction.cleanup.interval.ms', '500'],
    ['log.retention.check.interval.ms', '1000'],
    ['log.cleaner.backoff.ms', '500'],
    ['log.cleaner.dedupe.buffer.size', '16777216'],
    // Many short-lived topics: their files go soon, and an index begins at 64 KB instead of 10 MB a partition.
    ['log.segment.delete.delay.ms', '1000'],
    ['log.index.size.max.bytes', '65536'],
    ['delete.topic.enable', 'true'],
    ['controlled.shutdown.enable', 'false'],
  ];
}

function sasl({ ports, users }: BrokerSettings): [string, string][] {
  return (['sasl', 'saslTls'] as const).filter((name) => ports[name] !== undefined).flatMap((listener): [string, string][] => {
    const at = `listener.name.${listener.toLowerCase()}`;
    const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
    return [
      [`${at}.sasl.enabled.mechanisms`, 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512'],
      [`${at}.plain.sasl.jaas.config`, `org.apache.kafka.common.security.plain.PlainLoginModule required ${users.map(({ name, password }) => `user_${name}="${password}"`).join(' ')};`],
      [`${at}.scram-sha-256.sasl.jaas.config`, scram],
      [`${at}.scram-sha-512.sasl.jaas.config`, scram],
    ];
  });
}

function tls({ tls: stored }: BrokerSettings): [string, string][] {
  if (stored === undefined) return [];
  return [
    ['ssl.keystore.type', 'PKCS12'],
    ['ssl.keystore.location', stored.keyStore],
    ['ssl.keystore.password', stored.password],
    ['ssl.key.password', stored.password],
  ];
}
