import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Metadata } from '@grpc/grpc-js';
import type { HttpRequest } from '../http/exchange.js';
import { ANONYMOUS, type Caller } from './caller.js';
import { tenantOf } from './tenant.js';

/** Callers by what is one and the same object during a call: its metadata, or the request. */
const callers = new WeakMap<object, Caller>();

/** Nest hands (data, metadata, call) to handlers of messages and streams, and (call, callback) to those of raw calls. */
function metadataOf(context: ExecutionContext): Metadata {
  const [first, second] = context.getArgs<[unknown, unknown]>();
  if (second instanceof Metadata) {
    return second;
  }
  if (typeof first === 'object' && first !== null && 'metadata' in first && first.metadata instanceof Metadata) {
    return first.metadata;
  }
  throw new Error('This rpc has no gRPC metadata: the caller can not be told.');
}

function headerValues(request: Pick<HttpRequest, 'headers'>, name: string): readonly string[] {
  const value = request.headers[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** Who sends an HTTP request. @throws RootspanError where it can not be told */
export function callerOfRequest(request: Pick<HttpRequest, 'headers'>): Caller {
  return { tenant: tenantOf((name) => headerValues(request, name)), subject: ANONYMOUS };
}

/**
 * Makes the caller of each gRPC call and HTTP request, and lets through only whom it could make one for.
 * Registered for the whole app; `@CurrentCaller()` fails without it, so no path can forget it.
 */
@Injectable()
export class CallerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() === 'rpc') {
      const metadata = metadataOf(context);
      const tenant = tenantOf((name) => metadata.get(name).map(String));
      callers.set(metadata, { tenant, subject: ANONYMOUS });
    } else {
      const request = context.switchToHttp().getRequest<HttpRequest>();
      callers.set(request, callerOfRequest(request));
    }
    return true;
  }
}

/** The caller that the guard made. @throws Error where no guard ran */
export function callerOf(context: ExecutionContext): Caller {
  const key = context.getType() === 'rpc' ? metadataOf(context) : context.switchToHttp().getRequest<HttpRequest>();
  const caller = callers.get(key);
  if (caller === undefined) {
    throw new Error(`${context.getClass().name}.${context.getHandler().name} asks for the caller, but CallerGuard did not run.`);
  }
  return caller;
}
