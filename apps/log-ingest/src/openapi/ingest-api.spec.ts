import 'reflect-metadata';
import { ApiDocs, allOperations, loadConfig, openApiDocument, routesOf, type Schema } from '#platform';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { LogIngestModule } from '../log-ingest.module.js';
import { INGEST_API } from './ingest-api.js';

class NoAdapters {}

const { limits } = loadConfig('all-in-one', {});
const { controllers = [] } = LogIngestModule.register({ adapters: { module: NoAdapters }, limits });
const document = openApiDocument([INGEST_API]);

/** Routes that the document does not describe, and why. */
const LEFT_OUT: Readonly<Record<string, RegExp>> = {
  'A probe like /readyz, in the words of Loki.': /^GET \/ready$/,
  'Refused always: metrics are not kept.': /^POST \/v1\/metrics$/,
  'Answered 404 always, as clients of this API expect it.': /^(GET|PUT|PATCH|DELETE) \/api\/push$/,
  'The same as POST, for clients that say PUT.': /^PUT (\/\{index\})?\/_bulk$/,
  'What Elasticsearch’s clients ask for before they write; the answers say nothing of Rootspan.':
    /^GET \/(_license|_xpack|_cluster\/health|_cat\/health)?$/,
  'What Elasticsearch’s clients set up before they write; it is taken and forgotten.':
    /^(GET|PUT|POST|DELETE) \/(_index_template|_component_template|_template|_ilm\/policy|_ingest\/pipeline|_data_stream)(\/\{name\})?$/,
};

describe('The OpenAPI document of ingest', () => {
  const routes = controllers.flatMap(routesOf).map(({ route }) => route);
  const isLeftOut = (route: string) => Object.values(LEFT_OUT).some((left) => left.test(route));

  it('describes every route there is, or the route is left out for a reason', () => {
    const described = INGEST_API.operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(described.sort()).toEqual(routes.filter((route) => !isLeftOut(route)).sort());
  });

  it('leaves nothing out that is not there', () => {
    for (const [reason, left] of Object.entries(LEFT_OUT)) {
      expect([reason, routes.some((route) => left.test(route))]).toEqual([reason, true]);
    }
  });

  it('has schemas that a validator takes, with every reference resolved', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, 'document');
    const { schemas } = document['components'] as { readonly schemas: Readonly<Record<string, Schema>> };
    for (const name of Object.keys(schemas)) {
      expect(typeof ajv.getSchema(`document#/components/schemas/${name}`)).toBe('function');
    }
    expect(schemas['LogBatchAck']).toMatchObject({ properties: { rejections: { type: 'array' } } });
  });

  it('has a page that shows every operation, fetches nothing and runs nothing', () => {
    const { page } = new ApiDocs([INGEST_API]);
    for (const { path, id } of allOperations([INGEST_API])) {
      expect(page).toContain(`<section id="${id}"><h3>`);
      expect(page).toContain(`<code>${path}</code>`);
    }
    expect(page).not.toMatch(/<script|<link|<img|<iframe|src=|https?:\/\/(?!127\.0\.0\.1)/);
  });
});
