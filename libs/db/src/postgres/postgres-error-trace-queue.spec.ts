import { describeErrorTraceQueue } from '../conformance/error-trace-queue.js';
import { makePostgresLogStore } from '../conformance/postgres-under-test.js';

describeErrorTraceQueue('PostgreSQL', makePostgresLogStore);
