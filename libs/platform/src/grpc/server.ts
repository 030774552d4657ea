import {
  Server,
  ServerCredentials,
  type MethodDefinition,
  type ServerOptions,
  type ServiceDefinition,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { GrpcMethodStreamingType, ServerGrpc } from '@nestjs/microservices';
import { toServiceError } from '../errors/service-error.js';
import { GrpcHealth } from '../health/grpc-health.js';
import type { ReadinessRegistry } from '../health/readiness.js';
import { explainListenError, formatAddress, resolveHost } from '../http/address.js';
import type { Logger } from '../logging/logger.js';
import { quietGrpcLog } from './grpc-log.js';
import { rawRequests } from './raw-requests.js';
import { ServerReflection } from './reflection.js';

/** A service with the definition that ts-proto generated for it. */
export interface GrpcService {
  /** Full name: `logs.LogIngestionService`. */
  readonly name: string;
  readonly definition: ServiceDefinition;
}

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 picks a free one; `boundPort` tells which. */
  readonly port: number;
  /** The variable that the port came from, for messages about it. */
  readonly variable: string;
  /** True where the variable may say `off`. */
  readonly canBeOff?: boolean;
  readonly services: readonly GrpcService[];
  /** Nest gives every server the handlers of all: these are of other ports of the program, or of none. */
  readonly servedElsewhere?: readonly GrpcService[];
  /** Largest request, bytes. A larger one is refused by grpc-js: RESOURCE_EXHAUSTED. */
  readonly maxReceiveBytes: number;
  readonly readiness: ReadinessRegistry;
  readonly logger: Logger;
  /** Milliseconds that calls under way may take to end at shutdown. */
  readonly shutdownMs?: number;
}

const DEFAULT_SHUTDOWN_MS = 2_000;

/** What a request of the largest size has around it: tag and length of the fields it stands in. */
const FRAMING_BYTES = 1_024;

const HEALTH_SERVICE = 'grpc.health.v1.Health';

function channelOptions(maxReceiveBytes: number): ServerOptions {
  return {
    'grpc.max_receive_message_length': maxReceiveBytes + FRAMING_BYTES,
    'grpc.max_send_message_length': -1,
    // Finds out about callers that vanished without a word.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    'grpc.max_concurrent_streams': 1_024,
  };
}

/** The part of any grpc-js call by which it can be failed. */
interface FailingCall {
  emit(event: 'error', error: Error): unknown;
}

/** What Nest makes of a handler: streams have no callback. */
type ServiceMethod = (call: FailingCall, callback?: (error: Error) => void) => Promise<void>;

/**
 * Nest's gRPC transport with requests as raw bytes, health and reflection, given to Nest as a custom strategy. Handlers are
 * ordinary `@GrpcMethod('LogIngestionService', 'SendLog')` methods with guards, pipes, interceptors and filters; their
 * payload is a Buffer. Rpcs without a handler answer UNIMPLEMENTED.
 *
 * States: made -> listening (services are added before the port opens, so no early call finds half a server) -> closed.
 */
export class RootspanGrpcServer extends ServerGrpc {
  private readonly health: GrpcHealth;
  private server: Server | undefined;
  private port: number | undefined;

  constructor(private readonly settings: GrpcServerOptions) {
    super({ package: [], protoPath: [] });
    const names = settings.services.map((service) => service.name);
    this.health = new GrpcHealth(settings.readiness, names);
    quietGrpcLog(settings.logger);
  }

  /** The port that is really bound. @throws Error before listening */
  get boundPort(): number {
    if (this.port === undefined) {
      throw new Error('The gRPC server is not listening yet.');
    }
    return this.port;
  }

  /** Calls back with AddressInUseError where the port is taken. */
  override async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.port = await this.open();
      await this.health.start();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  /** Takes no new calls, lets those under way end within the bound, then cuts them off. */
  override async close(): Promise<void> {
    this.health.stop();
    const server = this.server;
    this.server = undefined;
    if (server === undefined) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        server.forceShutdown();
        resolve();
      }, this.settings.shutdownMs ?? DEFAULT_SHUTDOWN_MS);
      server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private async open(): Promise<number> {
    const { host, port, services, servedElsewhere = [], maxReceiveBytes } = this.settings;
    const server = new Server(channelOptions(maxReceiveBytes));
    const unserved = new Set(this.messageHandlers.keys());
    for (const { name, definition } of services) {
      server.addService(rawRequests(definition), this.implement(name, definition, unserved));
    }
    for (const { name, definition } of servedElsewhere) this.implement(name, definition, unserved);
    if (unserved.size > 0) {
      throw new Error(`No gRPC service of this server has these rpcs: ${[...unserved].join(', ')}`);
    }
    this.health.addTo(server);
    new ServerReflection([...services.map((service) => service.name), HEALTH_SERVICE]).addTo(server);
    const address = formatAddress(await resolveHost(host), port);
    this.server = server;
    return new Promise((resolve, reject) => {
      server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(explainListenError(this.settings, error)),
      );
    });
  }

  /** The handlers that Nest has registered for a service, by the definition's keys. */
  private implement(name: string, definition: ServiceDefinition, unserved: Set<string>): UntypedServiceImplementation {
    const implementation: UntypedServiceImplementation = {};
    for (const [key, method] of Object.entries<MethodDefinition<unknown, unknown>>(definition)) {
      const handler = this.handlerOf(name, method, unserved);
      if (handler !== undefined) {
        implementation[key] = handler;
      }
    }
    return implementation;
  }

  private handlerOf(
    service: string,
    method: MethodDefinition<unknown, unknown>,
    unserved: Set<string>,
  ): UntypedHandleCall | undefined {
    const rpc = method.path.slice(method.path.lastIndexOf('/') + 1);
    const { NO_STREAMING, RX_STREAMING, PT_STREAMING } = GrpcMethodStreamingType;
    for (const streaming of method.requestStream ? [RX_STREAMING, PT_STREAMING] : [NO_STREAMING]) {
      // `@GrpcMethod` may name the service with its package or without.
      for (const name of [service.slice(service.lastIndexOf('.') + 1), service]) {
        const pattern = this.createPattern(name, rpc, streaming);
        const handler = this.messageHandlers.get(pattern);
        if (handler !== undefined) {
          unserved.delete(pattern);
          return this.contained(this.createServiceMethod(handler, method, streaming) as ServiceMethod, method.path);
        }
      }
    }
    return undefined;
  }

  /** Nest's methods may reject where a stream's handler fails, and grpc-js would leave that as an unhandled rejection. */
  private contained(serve: ServiceMethod, path: string): UntypedHandleCall {
    return async (call: FailingCall, callback?: (error: Error) => void) => {
      try {
        await serve(call, callback);
      } catch (error) {
        this.settings.logger.error({ err: error, path }, 'A gRPC handler has failed outside of its error filter.');
        const status = toServiceError(error);
        if (callback === undefined) {
          call.emit('error', status);
        } else {
          callback(status);
        }
      }
    };
  }
}
