import type { ErrorBody, HttpReply, HttpRequest, RootspanError, RouteAnswers } from '#platform';

const VENDOR_TYPE = /application\/vnd\.elasticsearch\+json\s*;\s*compatible-with\s*=\s*"?(\d{1,3})"?/i;

/** That of JSON, or of a release line where the client asks for one (`compatible-with=8`). */
function jsonType(accept: string | undefined): string {
  const version = VENDOR_TYPE.exec(accept ?? '')?.[1];
  return version === undefined ? 'application/json' : `application/vnd.elasticsearch+json;compatible-with=${version}`;
}

/** The text as bytes: Fastify adds a charset to the content type of texts, which some clients compare with their own. */
export function jsonBody(reply: HttpReply, accept: string | undefined, text: string): Buffer {
  reply.headers({ 'content-type': jsonType(accept) });
  return Buffer.from(text);
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'illegal_argument_exception',
  413: 'content_too_long_exception',
  415: 'content_type_header_exception',
  429: 'es_rejected_execution_exception',
  503: 'unavailable_shards_exception',
};

/**
 * What all routes answer with: the header without which Elastic's clients refuse to talk to a server, and errors as
 * Elasticsearch words them: `{"error":{"root_cause":[{type,reason}],type,reason},"status":400}`.
 */
export const ELASTICSEARCH: RouteAnswers = { headers: { 'x-elastic-product': 'Elasticsearch' }, errorBody };

function errorBody({ httpStatus, message, code }: RootspanError, { headers }: HttpRequest): ErrorBody {
  const cause = { type: ERROR_TYPES[httpStatus] ?? code, reason: message };
  const text = JSON.stringify({ error: { root_cause: [cause], ...cause }, status: httpStatus });
  return { contentType: jsonType(headers.accept), bytes: Buffer.from(text) };
}
