import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Json = Readonly<Record<string, unknown>>;

/** One answer that the document promises. */
export interface PromisedAnswer {
  readonly method: string;
  /** `/api/v1/traces/{traceId}` */
  readonly path: string;
  /** `200`, ... or `default` */
  readonly status: string;
  /** Media type; empty where there is no content. */
  readonly type: string;
  /** Checks the content, or each line of it; null where it is no JSON. */
  readonly check: ValidateFunction | null;
}

/**
 * All answers of an OpenAPI 3.1 document, with its schemas made strict: an object holds what its schema names and nothing
 * else, so that the document has to name everything.
 */
export function promisedAnswers(document: Json): PromisedAnswer[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(sealed(document) as Json, 'document');
  const answers: PromisedAnswer[] = [];
  for (const [path, methods] of Object.entries(document['paths'] as Record<string, Json>)) {
    for (const [method, operation] of Object.entries(methods as Record<string, Json>)) {
      for (const [status, response] of Object.entries(operation['responses'] as Record<string, Json>)) {
        const contents = Object.entries((response['content'] ?? {}) as Record<string, Json>);
        const [type, content] = contents[0] ?? ['', {}];
        const schema =
          content['schema'] === undefined ? null : pointer('paths', path, method, 'responses', status, 'content', type, 'schema');
        const check = schema === null ? null : (ajv.getSchema(`document#${schema}`) ?? missing(schema));
        answers.push({ method, path, status, type, check });
      }
    }
  }
  return answers;
}

/** What the document says of one content of an operation's body. */
export interface DescribedBody {
  /** `post /api/v1/logs` */
  readonly operation: string;
  readonly type: string;
  /** Null where it is no JSON. */
  readonly check: ValidateFunction | null;
}

/** All bodies that operations of the document take. */
export function bodyChecks(document: Json): DescribedBody[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, 'document');
  const bodies: DescribedBody[] = [];
  for (const [path, methods] of Object.entries(document['paths'] as Record<string, Json>)) {
    for (const [method, operation] of Object.entries(methods as Record<string, Json>)) {
      const content = (operation['requestBody'] as Json | undefined)?.['content'] ?? {};
      for (const [type, { schema }] of Object.entries(content as Record<string, Json>)) {
        const place = pointer('paths', path, method, 'requestBody', 'content', type, 'schema');
        const check = schema === undefined ? null : (ajv.getSchema(`document#${place}`) ?? missing(place));
        bodies.push({ operation: `${method} ${path}`, type, check });
      }
    }
  }
  return bodies;
}

function missing(schema: string): never {
  throw new Error(`The document has no schema at ${schema}.`);
}

function pointer(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}

function sealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sealed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sealed(inner)]));
  const closes =
    copy['type'] === 'object' && typeof copy['properties'] === 'object' && copy['additionalProperties'] === undefined;
  return closes ? { ...copy, additionalProperties: false } : copy;
}
