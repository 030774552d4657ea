import { HttpException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { status } from '@grpc/grpc-js';
import { BadRequest, RpcStatus } from '#proto';
import { ERROR_KINDS } from './catalogue.js';
import * as errors from './errors.js';
import { toRootspanError } from './framework-errors.js';
import { problemHeaders, toProblem } from './problem.js';
import { STATUS_DETAILS_KEY, toServiceError } from './service-error.js';

describe('The error catalogue', () => {
  it('uses no code twice', () => {
    const codes = Object.values(ERROR_KINDS).map((kind) => kind.code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('keeps its codes, which clients rely on', () => {
    expect(Object.values(ERROR_KINDS).map(({ code, grpc, http }) => `${code} ${status[grpc]} ${http}`)).toEqual([
      'invalid_argument.field INVALID_ARGUMENT 400',
      'invalid_argument.body INVALID_ARGUMENT 400',
      'invalid_argument.content_type INVALID_ARGUMENT 415',
      'too_large.call RESOURCE_EXHAUSTED 413',
      'too_large.field RESOURCE_EXHAUSTED 413',
      'overloaded RESOURCE_EXHAUSTED 429',
      'overloaded.tails RESOURCE_EXHAUSTED 429',
      'unavailable UNAVAILABLE 503',
      'forbidden.origin PERMISSION_DENIED 403',
      'forbidden PERMISSION_DENIED 403',
      'not_found.trace NOT_FOUND 404',
      'not_found.dag NOT_FOUND 404',
      'not_found.dag_pending NOT_FOUND 404',
      'not_found.pattern NOT_FOUND 404',
      'not_found.route NOT_FOUND 404',
      'unimplemented.method UNIMPLEMENTED 405',
      'internal.fetch_trace INTERNAL 500',
      'internal.fetch_status INTERNAL 500',
      'internal.fetch_logs INTERNAL 500',
      'internal.fetch_dags INTERNAL 500',
      'internal.fetch_trace_logs INTERNAL 500',
      'internal.fetch_trace_spans INTERNAL 500',
      'internal.fetch_trace_dag INTERNAL 500',
      'internal.fetch_patterns INTERNAL 500',
      'internal.fetch_pattern INTERNAL 500',
      'internal.set_pattern_state INTERNAL 500',
      'internal.fetch_service_map INTERNAL 500',
      'internal INTERNAL 500',
      'unimplemented UNIMPLEMENTED 501',
      'deadline_exceeded DEADLINE_EXCEEDED 504',
      'cancelled CANCELLED 499',
    ]);
  });

  it.each([
    ['logsFailed', 'Failed to fetch logs.'],
    ['dagsFailed', 'Failed to fetch dags'],
    ['traceLogsFailed', 'Failed to fetch logs by trace id'],
    ['traceDagFailed', 'Failed to fetch dag by trace id'],
    ['traceSpansFailed', 'Failed to fetch spans by trace id'],
    ['patternsFailed', 'Failed to fetch patterns'],
    ['serviceMapFailed', 'Failed to fetch service map'],
    ['patternFailed', 'Failed to fetch pattern'],
    ['patternStateFailed', 'Failed to set pattern state'],
  ] as const)('has the exact text of %s', (which, text) => {
    expect(errors.storeFailed(which, new Error('secret')).message).toBe(text);
  });
});

describe('An error as gRPC sends it', () => {
  const detailTypes = (error: unknown) => {
    const [bytes] = toServiceError(error).metadata.get(STATUS_DETAILS_KEY);
    return Buffer.isBuffer(bytes) ? RpcStatus.decode(bytes).details.map((detail) => detail.typeUrl.split('.').at(-1)) : [];
  };

  it('names the field at fault', () => {
    const [bytes] = toServiceError(errors.invalidField('trace_id', 'must not be empty')).metadata.get(STATUS_DETAILS_KEY);
    const [detail] = Buffer.isBuffer(bytes) ? RpcStatus.decode(bytes).details : [];
    expect(detail && BadRequest.decode(detail.value)).toEqual({
      fieldViolations: [{ field: 'trace_id', description: 'must not be empty' }],
    });
  });

  it('carries RetryInfo only where sending again makes sense', () => {
    expect(detailTypes(errors.overloaded(10))).toEqual(['RetryInfo']);
    expect(detailTypes(errors.unavailable('Kafka'))).toEqual(['RetryInfo']);
    expect(detailTypes(errors.callTooLarge(1))).toEqual([]);
    expect(detailTypes(errors.fieldTooLarge('message', 'has 2 bytes, at most 1 is taken'))).toEqual([]);
    expect(detailTypes(errors.traceNotFound('t'))).toEqual([]);
  });

  it('tells nothing of what is not in the catalogue', () => {
    for (const thrown of [new Error('secret'), 'secret', undefined, null, 5]) {
      expect(toServiceError(thrown)).toMatchObject({ code: status.INTERNAL, details: 'Internal error.' });
    }
  });
});

describe('An error as HTTP sends it', () => {
  it('is a problem document', () => {
    expect(toProblem(errors.invalidField('page_size', 'must be at most 10000'))).toEqual({
      type: 'urn:rootspan:error:invalid_argument.field',
      title: 'A field is not valid',
      status: 400,
      code: 'invalid_argument.field',
      detail: 'page_size: must be at most 10000',
      field: 'page_size',
    });
  });

  it('says in whole seconds when to come again', () => {
    expect(problemHeaders(errors.overloaded(1))).toMatchObject({ 'retry-after': '1' });
    expect(problemHeaders(errors.overloaded(1_001))).toMatchObject({ 'retry-after': '2' });
    expect(problemHeaders(errors.callTooLarge(1))).not.toHaveProperty('retry-after');
  });
});

describe('What frameworks throw', () => {
  const request = { method: 'GET', path: '/x', bodyLimit: 5, allowed: [] };

  it.each([
    [new HttpException('', 404), 'not_found.route'],
    [new HttpException('', 403), 'forbidden'],
    [new HttpException('', 405), 'invalid_argument.body'],
    [Object.assign(new Error(), { statusCode: 413 }), 'too_large.call'],
    [Object.assign(new Error(), { statusCode: 415 }), 'invalid_argument.content_type'],
    [Object.assign(new Error(), { statusCode: 500 }), 'internal'],
    [new RpcException('Forbidden resource'), 'forbidden'],
    [new RpcException('else'), 'internal'],
    ['text', 'internal'],
  ])('becomes an entry of the catalogue: %s', (thrown, code) => {
    expect(toRootspanError(thrown, request).code).toBe(code);
  });
});
