import { ByteReader } from './byte-reader.js';
import { initProducerIdCall } from './init-producer-id-call.js';
import { produceBody, readProduceAnswer } from './produce-call.js';
import { requestHead } from './produce-link.js';
import { recordBatchHead } from './record-batch-head.js';
import { RecordWriter } from './record-writer.js';
import { encodeCall } from './wire-call.js';

/** Spaces and comments are for the reader. */
const hex = (...lines: readonly string[]): string => lines.join('').replaceAll(' ', '');

describe('produce requests', () => {
  it('are these bytes for one message', () => {
    const messages = [{ key: 'k', value: 'value', headers: { h: '1' } }];
    const records = [new RecordWriter().write(messages)];
    const producer = { producerId: 4n, producerEpoch: 2, baseSequence: 9 };
    const head = recordBatchHead({ recordCount: 1, records, codec: 0, timestamp: 1_000, ...producer });
    const body = produceBody({ topic: 'logs', timeoutMs: 6_000, partitions: [{ partition: 3, batch: [head, ...records] }] });
    const length = body.reduce((sum, part) => sum + part.length, 0);
    const request = Buffer.concat([requestHead(5, 'me', length), ...body]);
    const expected = [
      // length, api key 0, version 9, correlation id 5, client id, no tags
      hex('00000071', '0000', '0009', '00000005', '0002 6d65', '00'),
      // no transaction, acks -1, time-out, one topic and its name, one partition: 3, bytes + 1
      hex('00', 'ffff', '00001770', '02', '05 6c6f6773', '02', '00000003', '4f'),
      // base offset, length, leader epoch -1, magic 2, crc
      hex('0000000000000000', '00000042', 'ffffffff', '02', '6d696a07'),
      // attributes, last offset delta, first and last time
      hex('0000', '00000000', '00000000000003e8', '00000000000003e8'),
      // producer id, epoch, sequence, count
      hex('0000000000000004', '0002', '00000009', '00000001'),
      // record: length 16, attributes, time and offset deltas, key, value, one header
      hex('20', '00', '00', '00', '02 6b', '0a 76616c7565', '02', '02 68', '02 31'),
      // tags of partition, topic and request
      hex('00', '00', '00'),
    ];
    expect(request.toString('hex')).toBe(expected.join(''));
  });

  it('name each partition once, with its batch as it was handed over', () => {
    const batches = [1, 2].map((partition) => ({ partition, batch: [Buffer.from(`batch-${partition}`)] }));
    const parts = produceBody({ topic: 't', timeoutMs: 1, partitions: batches });
    for (const { batch } of batches) expect(parts).toContain(batch[0]);
  });

  it('are answered by partition, with the reason where the broker gives one', () => {
    const answer = hex(
      '02', // one topic
      '05 6c6f6773',
      '03', // two partitions
      hex('00000003', '0000', '0000000000000011', 'ffffffffffffffff', '0000000000000000', '01', '00', '00'),
      hex('00000004', '0057', 'ffffffffffffffff', 'ffffffffffffffff', 'ffffffffffffffff'),
      hex('02', '00000000', '04 626164', '00'), // one record error
      '00', // no message
      hex('00', '00'),
      '0000002a', // throttled
      '00',
    );
    expect(readProduceAnswer(new ByteReader(Buffer.from(answer, 'hex')))).toEqual({
      outcomes: [
        { partition: 3, errorCode: 0, errorMessage: null },
        { partition: 4, errorCode: 87, errorMessage: 'bad' },
      ],
      throttleMs: 42,
    });
  });
});

describe('asking for a producer id', () => {
  it('is these bytes after the request header', () => {
    // tags of the header, no transaction, longest time-out, tags
    expect(encodeCall(initProducerIdCall()).buffer.toString('hex')).toBe(hex('00', '00', '7fffffff', '00'));
  });

  it('reads id and epoch, and throws what the broker refuses, telling a broker that is loading apart', () => {
    const answer = (code: string): ByteReader =>
      new ByteReader(Buffer.from(hex('00000000', code, '0000000000000fa0', '0001', '00'), 'hex'));
    const call = initProducerIdCall();
    expect(call.read(answer('0000'))).toEqual({ producerId: 4_000n, producerEpoch: 1 });
    expect(() => call.read(answer('000e'))).toThrow(expect.objectContaining({ isLoading: true }));
    expect(() => call.read(answer('001f'))).toThrow('Kafka gives no producer id: CLUSTER_AUTHORIZATION_FAILED (31)');
  });
});
