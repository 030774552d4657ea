import { BrokerRefusedError } from './error-codes.js';
import type { WireCall } from './wire-call.js';

/** Names a producer to the brokers, so that they know a batch that comes twice. */
export interface ProducerId {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

const INIT_PRODUCER_ID_API_KEY = 22;
/** The first flexible version; brokers since 2.4. */
const INIT_PRODUCER_ID_API_VERSION = 2;
const NO_TRANSACTIONS = 0;
const NO_TIMEOUT = 0x7fffffff;

/** InitProducerId v2 outside transactions. Source: https://kafka.apache.org/protocol#The_Messages_InitProducerId */
export function initProducerIdCall(): WireCall<ProducerId> {
  return {
    apiKey: INIT_PRODUCER_ID_API_KEY,
    apiName: 'InitProducerId',
    apiVersion: INIT_PRODUCER_ID_API_VERSION,
    write: (body) => {
      body.writeUVarInt(NO_TRANSACTIONS).writeInt32(NO_TIMEOUT).writeUVarInt(0);
    },
    read: (body) => {
      body.int32();
      const code = body.int16();
      if (code !== 0) throw new BrokerRefusedError('Kafka gives no producer id', code);
      return { producerId: body.int64(), producerEpoch: body.int16() };
    },
  };
}
