import { describeLogBus } from '../conformance/index.js';
import { describeWithKafka } from '../conformance/kafka-broker.js';
import { KafkaBusFixture } from '../conformance/kafka-bus.js';

describeWithKafka('with a real broker,', (broker) => {
  describeLogBus('the Kafka bus', { keepsRecords: true }, async ({ partitions, queueBytes, tenantBytes }) => {
    const bus = new KafkaBusFixture(broker(), partitions);
    await bus.prepare();
    return { startProcess: (store) => bus.startProcess(store, { queueBytes, tenantBytes }), close: () => bus.close() };
  });
});
