import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

/** The real lint configuration, without the rules that need types: the snippets are in no project. */
const eslint = new ESLint({
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions: { project: null } } },
  ruleFilter: ({ ruleId }) => ['rootspan/room-boundaries', 'no-restricted-syntax', 'max-lines'].includes(ruleId),
});

/** What the linter says about `code`, were it the file `path`. */
async function lint(path: string, code: string): Promise<string> {
  const results = await eslint.lintText(code, { filePath: path });
  return results.flatMap((result) => result.messages.map((message) => message.message)).join('\n');
}

const importing = (specifier: string): string => `import { thing } from '${specifier}';\nthing();\n`;

describe('The boundaries between rooms', () => {
  it.each([
    ['libs/domain/src/x.ts', '#proto', 'imports nothing'],
    ['libs/domain/src/x.ts', 'node:crypto', 'imports nothing'],
    ['libs/domain/src/x.ts', 'zod', 'imports nothing'],
    ['libs/pictures/src/x.ts', '#proto', 'a pure function of the domain'],
    ['apps/query-service/src/rest/x.ts', '@dagrejs/dagre', 'laid out in one place'],
    ['apps/query-service/src/rest/x.ts', 'commander', 'configured by their environment'],
    ['packages/cli/src/x.ts', '#db', 'speaks the gRPC contract'],
    ['packages/cli/src/x.ts', '#platform', 'speaks the gRPC contract'],
    ['packages/cli/src/x.ts', '@nestjs/common', 'Nest wires the apps'],
    ['libs/proto/src/x.ts', '#platform', 'not who sends or stores them'],
    ['libs/proto/src/x.ts', '#db', 'not who sends or stores them'],
    ['libs/platform/src/x.ts', '#bus', 'must not pull a bus or a store'],
    ['libs/platform/src/grpc/x.ts', '#db/postgres', 'must not pull a bus or a store'],
    ['libs/bus/src/api/x.ts', '#proto', 'a port depends on the domain only'],
    ['libs/bus/src/api/x.ts', '../kafka/x.js', 'a port depends on the domain only'],
    ['libs/bus/src/in-process/x.ts', '../kafka/x.js', 'no other adapter'],
    ['libs/bus/src/kafka/x.ts', '#db/postgres', 'no other adapter'],
    ['libs/bus/src/kafka/x.ts', '@nestjs/common', 'Nest wires the apps'],
    ['libs/db/src/api/x.ts', '#bus', 'a port depends on the domain only'],
    ['libs/db/src/postgres/x.ts', '#bus', 'no other adapter'],
    ['libs/db/src/postgres/x.ts', '#platform', 'no other adapter'],
    ['libs/embedded-postgres/src/x.ts', '#db', 'starts and stops a server'],
    ['libs/db/src/postgres/x.ts', '../../../domain/src/level.js', 'imported by its name (#domain)'],
    ['libs/db/src/postgres/x.ts', '../../../../apps/log-ingest/src/x.js', 'a library must not know who uses it'],
    ['libs/db/src/postgres/x.spec.ts', '../../../../apps/log-ingest/src/x.js', 'a library must not know who uses it'],
    ['libs/db/src/postgres/x.ts', '../../../../tools/kafka/kafka.mjs', 'no other adapter'],
    ['apps/log-ingest/src/protocols/x.ts', '#bus/kafka', 'adapters are chosen in one place of an app'],
    ['apps/log-ingest/src/x.service.ts', '#bus/in-process', 'adapters are chosen in one place of an app'],
    ['apps/query-service/src/queries/x.ts', '#db/postgres', 'adapters are chosen in one place of an app'],
    ['apps/all-in-one/src/x.ts', '#embedded-postgres', 'adapters are chosen in one place of an app'],
    ['apps/query-service/src/main.ts', 'kafkajs', 'known to its adapter only'],
    ['apps/query-service/src/main.ts', 'pg', 'PostgreSQL is known to its adapter'],
    ['apps/query-service/src/main.ts', 'drizzle-orm/node-postgres', 'SQL lives in libs/db/src/postgres only'],
    ['apps/query-service/src/main.ts', 'pino', 'set up once'],
    ['apps/query-service/src/x.module.ts', '../../log-ingest/src/x.module.js', 'only all-in-one composes others'],
    ['apps/web/src/x.ts', '#proto', 'speaks REST and SSE only'],
    ['apps/web/src/x.ts', '../../query-service/src/x.js', 'speaks REST and SSE only'],
    ['apps/query-service/src/web/x.ts', 'react', 'only the user interface runs in a browser'],
    ['packages/demo/src/x.ts', '#db', 'speaks the gRPC contract'],
    ['test/x.e2e.ts', '../apps/log-ingest/src/x.js', 'speaks the contract only'],
    ['bench/x.ts', '../apps/log-ingest/src/x.js', 'speaks to a running app'],
    ['scripts/x.mjs', '#domain', 'before anything is built'],
  ])('keep %s from importing %s', async (path, specifier, reason) => {
    const message = await lint(path, importing(specifier));
    expect(message).toContain(`${path} must not import ${specifier}: `);
    expect(message).toContain(reason);
  });

  it.each([
    ['libs/domain/src/x.ts', './level.js'],
    ['libs/domain/src/x.spec.ts', 'fast-check'],
    ['libs/pictures/src/x.ts', '#domain'],
    ['libs/pictures/src/svg/x.ts', '@dagrejs/dagre'],
    ['apps/query-service/src/rest/x.ts', '#pictures'],
    ['libs/proto/src/x.ts', '#domain'],
    ['libs/proto/src/x.ts', '@bufbuild/protobuf/wire'],
    ['libs/platform/src/x.ts', '#proto'],
    ['libs/bus/src/index.ts', './api/log-publisher.js'],
    ['libs/bus/src/kafka/x.ts', '../api/log-publisher.js'],
    ['libs/bus/src/kafka/x.ts', 'kafkajs'],
    ['libs/bus/src/kafka/x.spec.ts', '#bus/conformance'],
    ['libs/bus/src/conformance/x.ts', '../../../../tools/kafka/kafka.mjs'],
    ['libs/db/src/postgres/sql/x.ts', '../../api/log-writer.js'],
    ['libs/db/src/postgres/x.spec.ts', '#embedded-postgres'],
    ['apps/log-ingest/src/x.ts', '#bus'],
    ['apps/log-ingest/src/adapters/x.module.ts', '#bus/kafka'],
    ['apps/log-ingest/src/main.ts', '#bus/kafka'],
    ['apps/all-in-one/src/main.ts', '../../log-ingest/src/log-ingest.module.js'],
    ['apps/web/src/graph/x.ts', '#pictures'],
    ['test/support/x.ts', '#embedded-postgres'],
    ['bench/x.ts', '#db/postgres'],
  ])('let %s import %s', async (path, specifier) => {
    expect(await lint(path, importing(specifier))).toBe('');
  });

  it.each([
    `export { thing } from '#db';\n`,
    `export async function load(): Promise<unknown> {\n  return import('#db');\n}\n`,
    `import type { Thing } from '#db';\nexport type Own = Thing;\n`,
    `export type Own = import('#db').Thing;\n`,
  ])('see every form of import: %s', async (code) => {
    expect(await lint('libs/domain/src/x.ts', code)).toContain('must not import #db');
  });
});

describe('The other house rules', () => {
  it.each([
    ['apps/log-ingest/src/x.ts', 'export const port = process.env.PORT;\n', 'Only libs/platform reads the environment'],
    ['libs/db/src/x.ts', "import { env } from 'node:process';\nexport const port = env['PORT'];\n", 'Only libs/platform reads'],
    ['libs/domain/src/x.ts', 'export default 1;\n', 'Export by name'],
    ['libs/domain/src/x.ts', 'export enum Level {\n  info,\n}\n', 'Use a union of strings'],
    ['libs/domain/src/index.ts', "export * from './level.js';\n", 'Index files list names'],
    ['apps/query-service/src/x.ts', "export const sql = 'SELECT * FROM logs';\n", 'Apps hold no SQL'],
    ['apps/query-service/src/x.ts', 'export const sql = `\n  insert into logs values (1)`;\n', 'Apps hold no SQL'],
    ['libs/domain/src/x.ts', 'export const x = 1;\n'.repeat(301), 'File has too many lines'],
  ])('refuse in %s: %j', async (path, code, message) => {
    expect(await lint(path, code)).toContain(message);
  });

  it.each([
    ['libs/platform/src/x.ts', 'export const port = process.env.PORT;\n'],
    ['test/support/x.ts', 'export const port = process.env.PORT;\n'],
    ['apps/query-service/src/x.ts', "export const text = 'Select a trace from the list';\n"],
    ['apps/query-service/src/x.ts', "export const text = 'Update the page to set another filter';\n"],
  ])('allow in %s: %j', async (path, code) => {
    expect(await lint(path, code)).toBe('');
  });
});
