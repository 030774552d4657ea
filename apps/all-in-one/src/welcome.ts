/** Where to look, and three commands for a first try, to be pasted into another terminal. */
export function welcome(addresses: Readonly<Record<string, string>>): string {
  const grpc = addresses['grpc'] ?? '';
  const http = addresses['http'] ?? '';
  const log =
    '{"traceId":"abc123","spanId":"span456","parentId":"span123","service":"auth-service","level":"error",' +
    '"message":"User login failed: invalid credentials","timestamp":"2025-04-16T14:30:00Z"}';
  return `
Look at it: http://${http} (for traffic to look at, run \`npm run demo\` beside this)

Try it (grpcurl needs no .proto files):

  grpcurl -plaintext -d '${log}' ${grpc} logs.LogIngestionService/SendLog
  grpcurl -plaintext -d '{"trace_id":"abc123"}' ${grpc} query.QueryService/GetLogsByTraceId
  grpcurl -plaintext -d '{"trace_id":"abc123"}' ${grpc} query.QueryService/GetDagByTraceId

Stop with Ctrl-C.
`;
}
