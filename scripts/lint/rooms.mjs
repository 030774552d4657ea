/**
 * The rooms of the repository and who may import whom, each with its reason (read by room-boundaries.mjs, which ESLint
 * runs). What is not listed is not allowed. The order of dependence: domain <- proto, ports <- adapters <- apps.
 */

/** A room's `name` is what others import it by. `files` are path prefixes; the longest prefix wins. */
export const ROOMS = [
  {
    name: '#domain',
    files: ['libs/domain/'],
    imports: [],
    packages: 'none',
    reason: 'the domain is pure functions, the same for every transport, bus and store; it imports nothing',
  },
  {
    name: '#pictures',
    files: ['libs/pictures/'],
    imports: ['#domain'],
    reason: 'a picture is a pure function of the domain, whoever asks for it by whatever protocol',
  },
  {
    name: '#proto',
    files: ['libs/proto/'],
    imports: ['#domain'],
    reason: 'the wire format knows records, not who sends or stores them',
  },
  {
    name: '#platform',
    files: ['libs/platform/'],
    imports: ['#proto', '#domain'],
    reason: 'what every program needs must not pull a bus or a store into all of them',
  },
  {
    name: '#bus',
    files: ['libs/bus/'],
    imports: ['#domain'],
    reason: 'a port depends on the domain only, so that each adapter stays replaceable',
  },
  {
    name: '#bus/kafka',
    files: ['libs/bus/src/kafka/'],
    imports: ['#bus', '#proto', '#domain'],
    reason: 'an adapter knows its port and the wire format, and no other adapter',
  },
  {
    name: '#bus/in-process',
    files: ['libs/bus/src/in-process/'],
    imports: ['#bus', '#proto', '#domain'],
    reason: 'an adapter knows its port and the wire format, and no other adapter',
  },
  {
    name: '#db',
    files: ['libs/db/'],
    imports: ['#domain'],
    reason: 'a port depends on the domain only, so that each adapter stays replaceable',
  },
  {
    name: '#db/postgres',
    files: ['libs/db/src/postgres/'],
    imports: ['#db', '#proto', '#domain'],
    reason: 'an adapter knows its port and the wire format, and no other adapter',
  },
  {
    name: '#embedded-postgres',
    files: ['libs/embedded-postgres/'],
    imports: [],
    reason: 'it starts and stops a server, whatever is stored in it',
  },
  ...['log-ingest', 'log-processor', 'query-service'].map((app) => ({
    name: `apps/${app}`,
    files: [`apps/${app}/`],
    imports: ['#domain', '#pictures', '#proto', '#bus', '#db', '#platform'],
    reason: 'each app runs as a process of its own; only all-in-one composes others',
  })),
  {
    name: 'apps/all-in-one',
    files: ['apps/all-in-one/'],
    imports: [
      '#domain',
      '#pictures',
      '#proto',
      '#bus',
      '#db',
      '#platform',
      'apps/log-ingest',
      'apps/log-processor',
      'apps/query-service',
    ],
    reason: 'it composes the other apps and has nothing of its own',
  },
  {
    name: 'apps/web',
    files: ['apps/web/'],
    imports: ['#domain', '#pictures'],
    reason: 'the user interface speaks REST and SSE only; of the libraries it takes those that are pure functions',
  },
  {
    name: 'packages/cli',
    files: ['packages/cli/'],
    imports: ['#domain', '#pictures', '#proto'],
    reason: 'the command line speaks the gRPC contract as any client does: no store, no bus, no server',
  },
  {
    name: 'packages/demo',
    files: ['packages/demo/'],
    imports: ['#proto'],
    reason: 'the demo speaks the gRPC contract as any client does',
  },
  { name: 'bench', files: ['bench/'], imports: 'libs', reason: 'a benchmark measures libraries or speaks to a running app' },
  {
    name: 'tests',
    files: ['test/'],
    imports: 'libs',
    reason: 'a black-box test starts real processes and speaks the contract only',
  },
  { name: 'tools', files: ['tools/', 'scripts/'], imports: [], reason: 'it must run before anything is built' },
];

/** Rooms that put a technology behind a port. */
export const ADAPTERS = ['#bus/kafka', '#bus/in-process', '#db/postgres', '#embedded-postgres'];
export const ADAPTER_REASON =
  'adapters are chosen in one place of an app: its *.module.ts, its main.ts (or another program beside it) or its adapters/ folder';
/** Files of an app that choose adapters: its modules, and the programs and set-up beside main.ts. */
export const COMPOSES = /^apps\/[^/]+\/src\/(?:main\.ts|positions\.ts|databases\.ts|adapters\/.+|(?:.+\/)?[^/]+\.module\.ts)$/;

/** Files that may import any library room and any package: specs beside the code and the conformance suites. */
export const TESTS = /\.(?:spec|kafka|e2e)\.ts$|^libs\/[^/]+\/src\/conformance\//;

/** Packages that belong to some rooms only. A name that ends in `/` stands for a scope. */
export const PACKAGES = [
  { packages: ['kafkajs', 'lz4-napi', 'snappyjs', 'fzstd'], rooms: ['#bus/kafka'], reason: 'Kafka is known to its adapter only' },
  { packages: ['commander'], rooms: ['packages/cli'], reason: 'programs with servers are configured by their environment only' },
  {
    packages: ['react', 'react-dom', '@tanstack/react-query', '@tanstack/react-virtual'],
    rooms: ['apps/web'],
    reason: 'only the user interface runs in a browser',
  },
  { packages: ['@dagrejs/'], rooms: ['#pictures'], reason: 'pictures are laid out in one place' },
  { packages: ['drizzle-orm', 'pg-copy-streams'], rooms: ['#db/postgres'], reason: 'SQL lives in libs/db/src/postgres only' },
  {
    packages: ['pg'],
    rooms: ['#db/postgres', '#embedded-postgres'],
    reason: 'PostgreSQL is known to its adapter and to the embedded server only',
  },
  {
    packages: ['@nestjs/'],
    rooms: ['#platform', 'apps/log-ingest', 'apps/log-processor', 'apps/query-service', 'apps/all-in-one'],
    reason: 'Nest wires the apps; libraries stay usable without it',
  },
  { packages: ['pino', 'prom-client'], rooms: ['#platform'], reason: 'logging and metrics are set up once, in libs/platform' },
];
