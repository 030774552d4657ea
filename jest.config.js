/**
 * Four projects, run apart by `--selectProjects`:
 * - unit: *.spec.ts beside the code, conformance suites on the embedded PostgreSQL included;
 * - black-box: test/*.e2e.ts, real processes that speak only the contract (all-in-one);
 * - browser: test/browser/*.e2e.ts, the web UI in a real Chromium (CHROMIUM names it);
 * - kafka: *.kafka.ts, the same against a real Apache Kafka (needs Java and Maven).
 */
const base = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^#(domain|pictures|proto|bus|db|embedded-postgres|platform)$': '<rootDir>/libs/$1/src/index.ts',
    '^#bus/(kafka|in-process)$': '<rootDir>/libs/bus/src/$1/index.ts',
    '^#bus/conformance$': '<rootDir>/libs/bus/src/conformance/index.ts',
    '^#db/postgres$': '<rootDir>/libs/db/src/postgres/index.ts',
    '^#db/conformance$': '<rootDir>/libs/db/src/conformance/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/', '<rootDir>/.rootspan/'],
};

export default {
  // A bound against hanging on a busy machine, not a measure of speed.
  testTimeout: 60_000,
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,packages,scripts,bench,test}/**/*.spec.ts'] },
    {
      ...base,
      displayName: 'black-box',
      testMatch: ['<rootDir>/test/**/*.e2e.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/'],
    },
    { ...base, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.e2e.ts'] },
    { ...base, displayName: 'kafka', testMatch: ['<rootDir>/{libs,test}/**/*.kafka.ts'] },
  ],
};
