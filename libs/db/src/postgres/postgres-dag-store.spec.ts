import { describeDagStore } from '../conformance/dag-store.js';
import { makePostgresDagStore } from '../conformance/postgres-under-test.js';

describeDagStore('PostgreSQL', makePostgresDagStore);
