import { join } from 'node:path';

/**
 * server.properties of a single node that is broker and controller (KRaft).
 *
 * @param {string} folder the instance's folder
 * @param {{ port: number, controllerPort: number }} ports
 */
export function serverProperties(folder, { port, controllerPort }) {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    // Properties files read a backslash as an escape.
    'log.dirs': dataFolder(folder).replaceAll('\\', '/'),

    // A topic exists because somebody created it, with the settings that it needs.
    'auto.create.topics.enable': false,
    'delete.topic.enable': true,
    'message.max.bytes': 8 * 1024 * 1024,
    'log.retention.hours': 7 * 24,

    // One node holds the internal topics; few partitions of them start faster.
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,

    // A consumer group of a test has all its members at once.
    'group.initial.rebalance.delay.ms': 0,
    // A topic that was deleted leaves the disk soon.
    'log.segment.delete.delay.ms': 1_000,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** @param {string} folder */
export function dataFolder(folder) {
  return join(folder, 'data');
}
