import 'reflect-metadata';
import { ApiDocs, allOperations, openApiDocument, routesOf, type Schema } from '#platform';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { REST_CONTROLLERS } from '../controllers.js';
import { QUERY_API } from './query-api.js';

const document = openApiDocument([QUERY_API]);
const { schemas } = document['components'] as { readonly schemas: Readonly<Record<string, Schema>> };

describe('The OpenAPI document of queries', () => {
  it('describes every handler there is, and no other', () => {
    const described = QUERY_API.operations.map(({ method, path, id }) => `${method.toUpperCase()} ${path} ${id}`);
    const handlers = REST_CONTROLLERS.flatMap(routesOf).map(({ route, handler }) => `${route} ${handler}`);
    expect(described.sort()).toEqual(handlers.sort());
  });

  it('has schemas that a validator takes, with every reference resolved', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, 'document');
    for (const name of Object.keys(schemas)) {
      expect(typeof ajv.getSchema(`document#/components/schemas/${name}`)).toBe('function');
    }
  });

  it('says of messages what the .proto files say', () => {
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining(['LogList', 'Log', 'Dag', 'DagNode', 'RootCause', 'Trace', 'Problem']),
    );
    expect((schemas['LogList']?.['properties'] as Record<string, unknown>)['nextPageToken']).toEqual({
      type: 'string',
      description: 'Empty on the last page.',
    });
  });

  it('is refused where two parts claim the same', () => {
    expect(() => openApiDocument([QUERY_API, QUERY_API])).toThrow('get /api/v1/logs');
    expect(() => openApiDocument([QUERY_API, { operations: [], messages: ['query.Log'], schemas: {} }])).toThrow('schema Log');
  });
});

describe('The page for people', () => {
  const { page } = new ApiDocs([QUERY_API]);

  it('shows every operation and every body', () => {
    for (const { method, path, id } of allOperations([QUERY_API]))
      expect(page).toContain(`<section id="${id}"><h3><span class="${method}">${method}</span> <code>${path}</code>`);
    for (const name of Object.keys(schemas)) expect(page).toContain(`<section id="${name}">`);
  });

  it('fetches nothing and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|src=|https?:\/\/(?!127\.0\.0\.1)/);
  });
});
