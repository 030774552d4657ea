import type { GrpcService } from '#platform';
import { QueryServiceService } from '#proto';

const asIs = (bytes: Buffer): Buffer => bytes;
const { getLogs, getLogsByTraceId, tailLogs } = QueryServiceService;

/** `query.QueryService`, whose lists of records come serialized out of the queries. */
export const QUERY_SERVICE: GrpcService = {
  name: 'query.QueryService',
  definition: {
    ...QueryServiceService,
    getLogs: { ...getLogs, responseSerialize: asIs },
    getLogsByTraceId: { ...getLogsByTraceId, responseSerialize: asIs },
    tailLogs: { ...tailLogs, responseSerialize: asIs },
  },
};
