import { createServer, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A process that was killed is gone before its last thread has let go of its sockets. */
const PORT_BOUND_MS = 10_000;

/**
 * @param {number} port 0: any that is free on 127.0.0.1 now
 * @returns {Promise<number>} the port; rejects where it stays taken
 */
export async function claimPort(port) {
  for (const end = Date.now() + PORT_BOUND_MS; ; await pause(50)) {
    const bound = await bind(port);
    if (bound !== null) return bound;
    if (Date.now() > end) {
      throw new Error(`Port ${port} of 127.0.0.1 is taken by another program: end that one, or choose another port.`);
    }
  }
}

/** Listens for a moment; null where the port is taken. */
function bind(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const { port: bound } = server.address();
      server.close(() => resolve(bound));
    });
  });
}

/*
 * ApiVersions, version 0, of the Kafka protocol, which every broker answers: length, api key 18, api version 0,
 * correlation id, client id of length 0.
 */
const API_VERSIONS_REQUEST = Buffer.from('0000000a' + '0012' + '0000' + '52535041' + '0000', 'hex');

/**
 * Whether a Kafka broker answers on the port.
 *
 * @param {number} port of 127.0.0.1
 * @returns {Promise<boolean>}
 */
export function answersKafka(port) {
  return new Promise((resolve) => {
    const socket = new Socket();
    const chunks = [];
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const answer = Buffer.concat(chunks);
      // length, our correlation id, error code 0
      if (answer.length >= 10) end(answer.readUInt32BE(4) === 0x52535041 && answer.readInt16BE(8) === 0);
    });
    socket.connect(port, '127.0.0.1', () => socket.write(API_VERSIONS_REQUEST));
  });
}
