/** Three commands for a first look, to be pasted into another terminal. */
export function welcome(addresses: Readonly<Record<string, string>>): string {
  const grpc = addresses['grpc'] ?? '';
  const log =
    '{"traceId":"abc123","spanId":"span456","parentId":"span123","service":"auth-service","level":"error",' +
    '"message":"User login failed: invalid credentials","timestamp":"2025-04-16T14:30:00Z"}';
  return `
Try it (grpcurl needs no .proto files):

  grpcurl -plaintext -d '${log}' ${grpc} logs.LogIngestionService/SendLog
  grpcurl -plaintext -d '{"trace_id":"abc123"}' ${grpc} query.QueryService/GetLogsByTraceId
  grpcurl -plaintext -d '{"trace_id":"abc123"}' ${grpc} query.QueryService/GetDagByTraceId

Stop with Ctrl-C.
`;
}
