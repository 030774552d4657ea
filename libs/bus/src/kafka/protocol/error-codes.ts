/** Names of the codes that producing meets. Source: https://kafka.apache.org/protocol#protocol_error_codes */
const NAMES: ReadonlyMap<number, string> = new Map([
  [-1, 'UNKNOWN_SERVER_ERROR'],
  [2, 'CORRUPT_MESSAGE'],
  [3, 'UNKNOWN_TOPIC_OR_PARTITION'],
  [5, 'LEADER_NOT_AVAILABLE'],
  [6, 'NOT_LEADER_OR_FOLLOWER'],
  [7, 'REQUEST_TIMED_OUT'],
  [10, 'MESSAGE_TOO_LARGE'],
  [13, 'NETWORK_EXCEPTION'],
  [14, 'COORDINATOR_LOAD_IN_PROGRESS'],
  [15, 'COORDINATOR_NOT_AVAILABLE'],
  [16, 'NOT_COORDINATOR'],
  [17, 'INVALID_TOPIC_EXCEPTION'],
  [18, 'RECORD_LIST_TOO_LARGE'],
  [19, 'NOT_ENOUGH_REPLICAS'],
  [20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
  [29, 'TOPIC_AUTHORIZATION_FAILED'],
  [31, 'CLUSTER_AUTHORIZATION_FAILED'],
  [32, 'INVALID_TIMESTAMP'],
  [43, 'UNSUPPORTED_FOR_MESSAGE_FORMAT'],
  [44, 'POLICY_VIOLATION'],
  [45, 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  [46, 'DUPLICATE_SEQUENCE_NUMBER'],
  [47, 'INVALID_PRODUCER_EPOCH'],
  [56, 'KAFKA_STORAGE_ERROR'],
  [59, 'UNKNOWN_PRODUCER_ID'],
  [74, 'FENCED_LEADER_EPOCH'],
  [75, 'UNKNOWN_LEADER_EPOCH'],
  [76, 'UNSUPPORTED_COMPRESSION_TYPE'],
  [87, 'INVALID_RECORD'],
]);

const TOO_LARGE = new Set([10, 18]);
const LOADING = new Set([14, 15, 16]);

/** A broker answered with an error code. */
export class BrokerRefusedError extends Error {
  override readonly name = 'BrokerRefusedError';

  /** @param what sentence without its end that says what was refused. */
  constructor(
    what: string,
    readonly code: number,
    detail: string | null = null,
  ) {
    super(`${what}: ${NAMES.get(code) ?? 'error'} (${code})${detail ? `, ${detail}` : ''}`);
  }

  /** The record batch is larger than the topic takes. */
  get isTooLarge(): boolean {
    return TOO_LARGE.has(this.code);
  }

  /** The broker has just started: ask again. */
  get isLoading(): boolean {
    return LOADING.has(this.code);
  }
}
