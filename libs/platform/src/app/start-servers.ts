import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy, MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CallerGuard } from '../caller/caller-guard.js';
import { isLoopback } from '../caller/loopback-protection.js';
import type { Config } from '../config/config.js';
import { ErrorFilter } from '../errors/error-filter.js';
import { HttpDoor } from '../http/http-door.js';
import { RootspanGrpcServer, type GrpcService } from '../grpc/server.js';
import { ReadinessRegistry } from '../health/readiness.js';
import { explainListenError, formatAddress, resolveHost } from '../http/address.js';
import { RouteTable } from '../http/route-table.js';
import { Upgrades } from '../http/upgrades.js';
import type { Logger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { Metrics } from '../metrics/metrics.js';
import type { ApiPart } from '../openapi/operation.js';
import { createHttpAdapter } from './http-adapter.js';
import { PlatformModule } from './platform-module.js';

/** A port that a program opens beside GRPC_PORT and HTTP_PORT. */
export type FurtherPort = {
  /** In the start-up lines. */
  readonly name: string;
  /** The variable that the port came from. */
  readonly variable: string;
  /** 0 picks a free one; null: the port stays closed. */
  readonly port: number | null;
} & (
  | { readonly kind: 'grpc'; readonly services: readonly GrpcService[] }
  /** The routes of the program whose paths begin so. */
  | { readonly kind: 'http'; readonly pathPrefix: string }
);

export interface ServerSetup {
  readonly config: Config;
  readonly logger: Logger;
  /** The program's own modules; they may inject what PlatformModule gives. */
  readonly modules: readonly (Type | DynamicModule)[];
  /** What the gRPC port serves beside health and reflection. Empty: the program has no gRPC server. */
  readonly grpcServices: readonly GrpcService[];
  readonly furtherPorts?: readonly FurtherPort[];
  /** What the HTTP port serves, as /api/openapi.json and /api/docs describe it. Empty: neither is there. */
  readonly api?: readonly ApiPart[];
  /** Further servers of the program beside HTTP and gRPC, such as the one that receives from the bus. */
  readonly strategies?: (app: NestFastifyApplication) => readonly CustomTransportStrategy[];
  readonly metrics?: Metrics;
  readonly readiness?: ReadinessRegistry;
}

export interface RunningServers {
  readonly app: NestFastifyApplication;
  /** The addresses really bound, for `announce`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Not ready from now on; takes nothing new, ends what is under way, runs the modules' shutdown hooks. */
  close(): Promise<void>;
}

@Module({})
class RootModule {}

/**
 * Starts a program's Nest application with its HTTP server and, where it has gRPC services, its gRPC server.
 * Filter, guard and adapter are the same for all programs, so that errors and callers are.
 *
 * @throws AddressInUseError or ListenError where a port can't be opened; whatever a module throws while it starts.
 *   What had been started is closed again.
 */
export async function startServers(setup: ServerSetup): Promise<RunningServers> {
  const {
    config,
    logger,
    modules,
    furtherPorts = [],
    api = [],
    metrics = new Metrics(),
    readiness = new ReadinessRegistry(),
  } = setup;
  const address = await resolveHost(config.host);
  const routes = new RouteTable();
  const upgrades = new Upgrades();
  const root: DynamicModule = {
    module: RootModule,
    imports: [PlatformModule.register({ config, logger, metrics, readiness, upgrades, api }), ...modules],
  };
  const app = await NestFactory.create<NestFastifyApplication>(
    root,
    createHttpAdapter(address, config.limits.callBytes, routes),
    {
      logger: new NestLogger(logger),
      abortOnError: false,
    },
  );
  const doors: HttpDoor[] = [];
  const close = async (): Promise<void> => {
    readiness.drain('The program is shutting down.');
    await Promise.all([app.close(), ...doors.map((door) => door.close())]);
  };
  try {
    // Before the gRPC server is connected: Nest reads them when it registers the handlers.
    app.useGlobalFilters(new ErrorFilter(logger, routes));
    app.useGlobalGuards(new CallerGuard());
    const grpc = connectGrpc(app, setup, readiness);
    for (const strategy of setup.strategies?.(app) ?? []) app.connectMicroservice<MicroserviceOptions>({ strategy });
    await app.init();
    await app.startAllMicroservices();
    upgrades.serve(app.getHttpAdapter().getInstance().server, isLoopback(address));
    const httpPort = await listenHttp(app, address, config);
    const ports = new Map([...grpc.map(({ name, server }) => [name, server.boundPort] as const), ['http', httpPort]]);
    for (const further of furtherPorts) {
      if (further.kind !== 'http' || further.port === null) continue;
      const door = new HttpDoor(app.getHttpAdapter().getInstance().routing, further.pathPrefix);
      doors.push(door);
      ports.set(further.name, await door.listen(address, { ...further, port: further.port, host: config.host, canBeOff: true }));
    }
    const addresses = Object.fromEntries([...ports].map(([name, port]) => [name, formatAddress(config.host, port)]));
    return { app, addresses, close };
  } catch (error) {
    await close().catch((closing: unknown) => logger.error({ err: closing }, 'Closing after a failed start failed too.'));
    throw error;
  }
}

interface NamedGrpcServer {
  readonly name: string;
  readonly server: RootspanGrpcServer;
}

/** One server a port, each with its own services. */
function connectGrpc(
  app: NestFastifyApplication,
  { config, logger, grpcServices, furtherPorts = [] }: ServerSetup,
  readiness: ReadinessRegistry,
): readonly NamedGrpcServer[] {
  const own = { name: 'grpc', variable: 'GRPC_PORT', port: config.grpc.port, services: grpcServices };
  const all = [own, ...furtherPorts.filter((further) => further.kind === 'grpc')];
  return all.flatMap(({ name, variable, port, services }) => {
    if (port === null || services.length === 0) return [];
    const server = new RootspanGrpcServer({
      host: config.host,
      port,
      variable,
      canBeOff: name !== own.name,
      services,
      servedElsewhere: all.flatMap((other) => (other.name === name ? [] : other.services)),
      maxReceiveBytes: config.limits.callBytes,
      readiness,
      logger,
    });
    app.connectMicroservice<MicroserviceOptions>({ strategy: server }, { inheritAppConfig: true });
    return [{ name, server }];
  });
}

/** By Fastify itself: Nest's `listen` would write a line of its own beside the one sentence about a taken port. */
async function listenHttp(app: NestFastifyApplication, address: string, config: Config): Promise<number> {
  const fastify = app.getHttpAdapter().getInstance();
  try {
    await fastify.listen({ host: address, port: config.http.port });
  } catch (error) {
    throw explainListenError({ variable: 'HTTP_PORT', host: config.host, port: config.http.port }, error);
  }
  const bound = fastify.server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : config.http.port;
}
