import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { REST_CONTROLLERS } from '../controllers.js';
import { openApiDocument } from './document.js';
import type { Schema } from './message-schemas.js';
import { OPERATIONS } from './operations.js';
import { docsPage } from './page.js';

/** `GET /api/v1/logs getLogs` for every handler of a controller. */
function routesOf(controller: Type): string[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name] as object;
    const path: unknown = Reflect.getMetadata(PATH_METADATA, handler);
    if (name === 'constructor' || typeof path !== 'string') return [];
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number];
    const whole = `/${[Reflect.getMetadata(PATH_METADATA, controller) as string, path].join('/')}`.replace(/\/+$/, '');
    return [`${method} ${whole.replace(/\/\//g, '/').replace(/:(\w+)/g, '{$1}')} ${name}`];
  });
}

const document = openApiDocument();
const { schemas } = document['components'] as { readonly schemas: Readonly<Record<string, Schema>> };

describe('The OpenAPI document', () => {
  it('describes every handler there is, and no other', () => {
    const described = OPERATIONS.map(({ method, path, id }) => `${method.toUpperCase()} ${path} ${id}`);
    expect(described.sort()).toEqual(REST_CONTROLLERS.flatMap(routesOf).sort());
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
});

describe('The page for people', () => {
  const page = docsPage(OPERATIONS, schemas);

  it('shows every operation and every body', () => {
    for (const { method, path, id } of OPERATIONS)
      expect(page).toContain(`<section id="${id}"><h3><span class="${method}">${method}</span> <code>${path}</code>`);
    for (const name of Object.keys(schemas)) expect(page).toContain(`<section id="${name}">`);
  });

  it('fetches nothing and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|src=|https?:\/\/(?!127\.0\.0\.1)/);
  });
});
