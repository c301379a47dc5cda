import { describeEventLog } from '../conformance.ts';
import { createTemporaryStorage } from './temporary-storage.ts';

describeEventLog('SQLite', createTemporaryStorage);
