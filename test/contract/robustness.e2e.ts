/** Callers that are too many, or no callers at all: the server goes on. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { AppProcess } from '../support/app-process.js';
import { allLogs, ContractClient } from '../support/contract-client.js';
import { outcomeOf } from '../support/outcome.js';
import { unique, valid } from '../support/records.js';
import { useTestBed } from '../support/test-bed.js';
import { waitUntil } from '../support/wait-until.js';

const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

describe('the server', () => {
  const bed = useTestBed();
  let app: AppProcess;

  beforeAll(async () => {
    app = await bed.allInOne();
  });

  afterEach(async () => {
    const client = bed.client(app.grpc).as(unique('after'));
    expect(await client.sendLog(valid())).toEqual({ status: 'ok' });
    expect((await client.getLogsByTraceId({ traceId: 'trace-1' })).logs).toHaveLength(1);
    expect((await fetch(`http://${app.http}/healthz`)).status).toBe(200);
  });

  it('serves a thousand connections at once', async () => {
    const tenant = unique('crowd');
    const clients = Array.from({ length: 1000 }, () => new ContractClient(app.grpc));
    try {
      const outcomes = await Promise.all(
        clients.map((client, i) => outcomeOf(client.as(tenant).sendLog(valid({ traceId: `t${i}`, message: `m${i}` })))),
      );
      const acked = outcomes.flatMap((outcome, i) => (outcome.status === 'OK' ? [`m${i}`] : []));
      const refused = outcomes.filter((outcome) => !['OK', 'UNAVAILABLE', 'RESOURCE_EXHAUSTED'].includes(outcome.status));
      expect(refused).toEqual([]);
      expect(acked.length).toBeGreaterThan(0);
      const stored = (await allLogs(bed.client(app.grpc).as(tenant))).map((record) => record.message);
      expect(stored.filter((message) => acked.includes(message)).sort()).toEqual([...acked].sort());
    } finally {
      for (const client of clients) client.close();
    }
  });

  it('outlives a thousand connections that say nothing', async () => {
    const sockets = Array.from({ length: 1000 }, () => open(app.grpc));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const client = bed.client(app.grpc).as(unique('beside'));
    expect(await client.sendLog(valid())).toEqual({ status: 'ok' });
    for (const socket of sockets) socket.destroy();
  });

  it.each<[string, () => Buffer]>([
    ['random bytes', () => randomBytes(4096)],
    ['an HTTP/1.1 request', () => Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['the beginning of HTTP/2 and then random bytes', () => Buffer.concat([HTTP2_PREFACE, randomBytes(4096)])],
    [
      'the beginning of HTTP/2 and then a frame of 16 MB',
      () => Buffer.concat([HTTP2_PREFACE, Buffer.from('ffffff0400000000000000', 'hex')]),
    ],
    ['the beginning of TLS', () => Buffer.concat([Buffer.from('1603010200010001fc0303', 'hex'), randomBytes(506)])],
    ['a megabyte of zeros', () => Buffer.alloc(1_000_000)],
    ['headers without an end', () => Buffer.from(`GET /healthz HTTP/1.1\r\n${'x-filler: 1\r\n'.repeat(10_000)}`)],
  ])('outlives %s on each port', async (_, bytes) => {
    for (const address of [app.grpc, app.http]) {
      const sockets = Array.from({ length: 10 }, () => open(address));
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      for (const socket of sockets) socket.end(bytes());
      await waitUntil(() => sockets.every((socket) => socket.bytesWritten > 0 || socket.destroyed), 'the bytes are sent');
      for (const socket of sockets) socket.destroy();
    }
    expect(app.hasExited).toBe(false);
  });

  it('outlives calls that are given up while they are under way', async () => {
    const client = bed.client(app.grpc).as(unique('hasty'));
    const logs = Array.from({ length: 1000 }, (_, i) => valid({ spanId: `s${i}`, message: 'x'.repeat(1000) }));
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => (await outcomeOf(client.sendLogs({ logs }, { deadlineMs: 1 + i }))).status),
    );
    for (const status of statuses) expect(['OK', 'DEADLINE_EXCEEDED', 'CANCELLED', 'RESOURCE_EXHAUSTED']).toContain(status);
    const queries = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => (await outcomeOf(client.getLogs({}, { deadlineMs: 1 + i }))).status),
    );
    for (const status of queries) expect(['OK', 'DEADLINE_EXCEEDED', 'CANCELLED']).toContain(status);
  });
});

function open(address: string): Socket {
  const [host = '', port = ''] = address.split(':');
  const socket = connect({ host, port: Number(port) });
  socket.on('error', () => undefined); // the server may hang up on us
  socket.resume();
  return socket;
}
