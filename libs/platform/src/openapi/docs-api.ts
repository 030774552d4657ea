import type { ApiPart } from './operation.js';

const asking = { method: 'get', group: 'This document', parameters: [], tagged: true, asksStore: false } as const;

/** What every document holds: itself, and its errors. */
export const DOCS_API: ApiPart = {
  operations: [
    {
      ...asking,
      path: '/api/openapi.json',
      id: 'getOpenApi',
      summary: 'This document',
      content: { type: 'application/json', schema: { type: 'object' } },
    },
    {
      ...asking,
      path: '/api/docs',
      id: 'getDocs',
      summary: 'This document as a page for people',
      content: { type: 'text/html' },
    },
  ],
  messages: [],
  schemas: {
    Problem: {
      type: 'object',
      description: 'RFC 9457.',
      required: ['type', 'title', 'status', 'code', 'detail'],
      properties: {
        type: { type: 'string', description: 'urn:rootspan:error: and the code.' },
        title: { type: 'string' },
        status: { type: 'integer', minimum: 400, maximum: 599 },
        code: { type: 'string', description: 'Stable name of the error.' },
        detail: { type: 'string' },
        field: { type: 'string', description: 'The parameter or field at fault, where one is.' },
      },
    },
  },
};
