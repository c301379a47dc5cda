// A process that starts a broker, says which on one line, and never stops it: what is left of it is its killer's to see.
import { KafkaBroker } from './kafka-broker.ts';

const broker = await KafkaBroker.start();
console.log(JSON.stringify({ pid: broker.pid, directory: broker.directory, brokers: broker.brokers }));
