export { CONFIG, LOGGER } from './app/tokens.js';
export { PlatformModule, type PlatformParts } from './app/platform-module.js';
export { startServers, type FurtherPort, type RunningServers, type ServerSetup } from './app/start-servers.js';
export { ANONYMOUS, DEFAULT_TENANT, TENANT_HEADERS, type Caller } from './caller/caller.js';
export { CallerGuard, callerOf } from './caller/caller-guard.js';
export { CurrentCaller } from './caller/current-caller.js';
export { isLoopback, loopbackFault } from './caller/loopback-protection.js';
export type {
  AppName,
  Config,
  IngestTopic,
  KafkaConfig,
  KafkaSasl,
  LimitsConfig,
  LogLevel,
  TopicFormat,
} from './config/config.js';
export { ConfigError, type ConfigFault } from './config/config-error.js';
export { configurationTable } from './config/configuration-table.js';
export { loadConfig } from './config/load-config.js';
export { redactUrl } from './config/redact.js';
export { variableNames, type VariableName } from './config/variables.js';
export {
  ERROR_KINDS,
  STORE_FAILURE_TEXTS,
  type ErrorCode,
  type ErrorKind,
  type ErrorName,
  type StoreFailure,
} from './errors/catalogue.js';
export { answerError } from './errors/error-answer.js';
export { ErrorFilter } from './errors/error-filter.js';
export {
  callTooLarge,
  cancelled,
  deadlineExceeded,
  fieldTooLarge,
  forbidden,
  forbiddenOrigin,
  internal,
  invalidField,
  malformed,
  methodNotAllowed,
  notImplemented,
  overloaded,
  patternNotFound,
  routeNotFound,
  storeFailed,
  tooManyTails,
  traceDagPending,
  traceHasNoError,
  traceNotFound,
  unavailable,
  unsupportedMediaType,
} from './errors/errors.js';
export { toRootspanError } from './errors/framework-errors.js';
export { problemHeaders, toProblem, PROBLEM_CONTENT_TYPE, type Problem } from './errors/problem.js';
export { RootspanError, type RootspanErrorDetails } from './errors/rootspan-error.js';
export { STATUS_DETAILS_KEY, toRpcStatus, toServiceError, type GrpcStatusError } from './errors/service-error.js';
export { CallSignal, signalOf, type EndingCall } from './grpc/call-signal.js';
export { DecodePipe, type MessageDecoder } from './grpc/decode-pipe.js';
export { OutgoingStream, writeWaiting, type OutgoingCall } from './grpc/outgoing-stream.js';
export { rawRequests } from './grpc/raw-requests.js';
export { RootspanGrpcServer, type GrpcServerOptions, type GrpcService } from './grpc/server.js';
export { ReadinessRegistry, type CheckOutcome, type ReadinessCheck, type ReadinessReport } from './health/readiness.js';
export { answered, answeredWithTag, JSON_TYPE, NDJSON_TYPE } from './http/answered.js';
export type { HttpReply, HttpRequest } from './http/exchange.js';
export { parametersOf, type RawQuery } from './http/query-parameters.js';
export { AnswersAs, TakesRawBody, type ErrorBody, type RouteAnswers } from './http/route-options.js';
export { RequestSignal } from './http/request-signal.js';
export { Upgrades, type Upgrade, type UpgradeHandler } from './http/upgrades.js';
export { AddressInUseError, ListenError, explainListenError, formatAddress, resolveHost } from './http/address.js';
export { announce, type Announcement } from './lifecycle/announce.js';
export { ClosingError, Lifecycle, type CloseOutcome } from './lifecycle/lifecycle.js';
export { runMain, type ProcessHost, type Running } from './lifecycle/run-main.js';
export { waitFor, type WaitOptions } from './lifecycle/wait-for.js';
export { createLogger, type Logger, type LogTarget } from './logging/logger.js';
export { NestLogger } from './logging/nest-logger.js';
export { Metrics, secondsSince } from './metrics/metrics.js';
export { QueryLatencyInterceptor } from './metrics/query-latency-interceptor.js';
export { ApiDocs } from './openapi/api-docs.js';
export { allOperations, openApiDocument } from './openapi/document.js';
export { json, ndjson, type ApiPart, type Content, type Operation, type Parameter } from './openapi/operation.js';
export { routesOf, type ControllerRoute } from './openapi/routes-of.js';
export { schemaRef, wholeObject, type Schema } from './openapi/schema.js';
export { required } from './config/required.js';
