import { writeSync } from 'node:fs';
import { joinGroup } from '../membership/join-group.ts';

/** A member in a process of its own, there to be stopped and killed: `member-process.ts BROKERS GROUP TOPIC`. Prints each assignment as JSON, a line each. */
const [brokers = '', groupId = '', topic = ''] = process.argv.slice(2);
joinGroup({ brokers: brokers.split(',') }, { groupId, topic, onAssigned: (partitions) => writeSync(1, `${JSON.stringify(partitions)}\n`), say: (text) => writeSync(2, `${text}\n`) });
