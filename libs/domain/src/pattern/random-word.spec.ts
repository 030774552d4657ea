import { looksRandom } from './random-word.js';

const WORDS =
  'connection refused inventory payments unavailable downstream upstream healthcheck checksum timestamp handshake workspace kubernetes ' +
  'zookeeper elasticsearch rhythm lengths strengths syntax xylophone awkward bookkeeper postgres postgresql rabbitmq kubectl mysqld ' +
  'ECONNREFUSED ECONNRESET ENOTFOUND EADDRINUSE ETIMEDOUT EHOSTUNREACH UNAVAILABLE DEADLINE_EXCEEDED PERMISSION RESOURCE SIGKILL ' +
  'NullPointerException SQLException SocketTimeoutException HTTPConnectionPool XMLHttpRequest JDBCConnectionException IOException ' +
  'getaddrinfo OrderService createOrderHandler nodejs websocket webhook subscription throttled nginx haproxy hikari hibernate ' +
  'Verbindung abgelehnt Zeitüberschreitung conexion rechazada connexion refusee facade decade jsonwebtoken authenticator mutex ' +
  'unhandledRejection keepalive hostname localhost dispatcher middleware backpressure idempotency throughput bytecode classpath';

describe('looksRandom', () => {
  it.each(WORDS.split(/[ _]/))('takes %s for a word', (word) => {
    expect(word.split(/[^A-Za-z]/).filter(looksRandom)).toEqual([]);
  });

  it.each(['qwxzkvbn', 'xkqzbvwj', 'ghtqpzkcmw', 'aBcXyZqWkP', 'deadbeef', 'KXQZJWVB', 'zjvqxk', 'YLwQzKRxF', 'hqvnfxdtpw'])(
    'takes %s for an id',
    (letters) => {
      expect(looksRandom(letters)).toBe(true);
    },
  );

  it('finds most random letters and few words', () => {
    // A fixed sequence, so that the share is the same every time: the Lehmer generator of Park and Miller.
    let state = 42;
    const letter = (): string => String.fromCharCode(0x61 + ((state = (state * 48_271) % 2_147_483_647) % 26));
    const ids = Array.from({ length: 2_000 }, () => Array.from({ length: 11 }, letter).join(''));
    expect(ids.filter(looksRandom).length).toBeGreaterThan(1_880);
  });
});
