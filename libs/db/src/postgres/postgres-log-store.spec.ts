import { describeLogStore } from '../conformance/log-store.js';
import { makePostgresLogStore } from '../conformance/postgres-under-test.js';

describeLogStore('PostgreSQL', makePostgresLogStore);
