import * as fc from 'fast-check';
import { attemptsTold } from './attempts.js';
import { failureKind } from './failure-kind.js';
import { namesService, serviceName, spokenPeer } from './peer-names.js';
import { tellingText } from './telling-text.js';
import { waitedMs } from './waited-time.js';
import { ComparableText, isBareWrapper, readAlike } from './wrapped-text.js';

function kindOf(message: string): string {
  return failureKind(tellingText(message), false, '');
}

describe('failureKind', () => {
  it.each([
    ['gave-up', 'AxiosError: timeout of 3000ms exceeded'],
    ['gave-up', 'java.net.SocketTimeoutException: Read timed out'],
    ['gave-up', 'rpc error: code = DeadlineExceeded desc = context deadline exceeded'],
    ['gave-up', 'The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.'],
    ['gave-up', 'upstream returned 504'],
    ['gave-up', 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)'],
    ['cancelled', 'context canceled'],
    ['cancelled', 'AbortError: The operation was aborted'],
    ['cancelled', 'client disconnected before the response was sent'],
    ['cancelled', 'write tcp 10.0.0.4:8080: broken pipe'],
    ['refused', 'connect ECONNREFUSED 10.0.0.1:5432'],
    ['refused', 'dial tcp: lookup crm.internal: no such host'],
    ['refused', 'No connection could be made because the target machine actively refused it.'],
    ['reset', 'Error: socket hang up'],
    ['reset', 'unexpected EOF'],
    ['reset', 'upstream prematurely closed connection while reading response header'],
    ['unavailable', '14 UNAVAILABLE: upstream is gone'],
    ['unavailable', 'Request failed with status code 503'],
    ['upstream', 'Request failed with status code 500'],
    ['upstream', '502 Bad Gateway'],
    ['crash', 'panic: runtime error: index out of range [3] with length 2'],
    ['own', "TypeError: Cannot read properties of undefined (reading 'id')"],
    ['own', 'ERROR: canceling statement due to statement timeout'],
    ['own', 'HikariPool-1 - Connection is not available, request timed out after 30000ms.'],
    ['own', 'session expired for user 7'],
    ['plain', 'card declined'],
    ['plain', 'order 503 has no lines'],
  ])('reads %s in "%s"', (kind, message) => {
    expect(kindOf(message)).toBe(kind);
  });

  it('does not take the function names of stack frames for words', () => {
    expect(
      kindOf('Error: bad row\n    at listOnTimeout (node:internal/timers:573:17)\n    at process.processTimers (node:x:1)'),
    ).toBe('plain');
  });

  it('reads the innermost exception of Java and Python traces', () => {
    expect(
      kindOf(
        'org.acme.OrderException: Order\n\tat org.acme.A.b(A.java:1)\nCaused by: java.net.SocketTimeoutException: Read timed out',
      ),
    ).toBe('gave-up');
    expect(
      kindOf(
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x()\nConnectionResetError: [Errno 104] Connection reset by peer',
      ),
    ).toBe('reset');
  });

  it('asks attributes where the text says nothing, and takes garbage for none', () => {
    expect(failureKind('call failed', false, '{"rpc.grpc.status_code":4}')).toBe('gave-up');
    expect(failureKind('call failed', false, '{"http.response.status_code":"503"}')).toBe('unavailable');
    expect(
      failureKind(
        'call failed',
        false,
        '{"exception.type":"java.net.ConnectException","exception.message":"Connection refused"}',
      ),
    ).toBe('refused');
    for (const garbage of ['{', 'null', '[1]', '7', '"x"', '{"http.status_code":{}}'])
      expect(failureKind('call failed', false, garbage)).toBe('plain');
  });

  it('stays quick on hostile texts', () => {
    const parts = fc.constantFrom(
      '-',
      ':',
      ' ',
      'a',
      '<',
      '/',
      '1',
      'failed ',
      'in ',
      '(',
      '"',
      'timeout ',
      'attempt ',
      'http://',
      '\n',
      'é',
    );
    const hostile = fc
      .tuple(fc.array(parts, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 1500 }))
      .map(([some, times]) => some.join('').repeat(times).slice(0, 4096));
    // No assertion on time: what backtracks badly does not end within the test's bound.
    fc.assert(
      fc.property(hostile, (message) => {
        const text = tellingText(message);
        expect(text.length).toBeLessThanOrEqual(601);
        failureKind(text, true, message);
        isBareWrapper(text);
        spokenPeer(text, '');
        waitedMs(text);
        attemptsTold(text, '');
        readAlike(new ComparableText(text), new ComparableText(`x ${text}`));
      }),
      { numRuns: 500 },
    );
  });
});

describe('readAlike', () => {
  const alike = (a: string, b: string): boolean =>
    readAlike(new ComparableText(tellingText(a)), new ComparableText(tellingText(b)));

  it('sees through wrapping and numbers', () => {
    expect(alike('Order failed: payment error: card declined', 'card declined')).toBe(true);
    expect(alike('row 7 is locked by 9', 'row 8 is locked by 12')).toBe(true);
    expect(alike('Order rejected because the voucher has expired', 'the voucher has expired')).toBe(true);
  });

  it('finds nothing alike in texts that only say that something failed', () => {
    expect(alike('Request failed', 'Request failed with status code 500')).toBe(false);
    expect(alike('timeout', 'connection timeout')).toBe(false);
    expect(alike('card declined', 'stock row is locked')).toBe(false);
  });
});

describe('names of services and peers', () => {
  it('finds a service by its name with or without its suffix, and by its singular less surely', () => {
    const payments = serviceName('payments-service');
    expect(namesService('call to payments-service failed', payments)).toBe(2);
    expect(namesService('waiting for payments', payments)).toBe(2);
    expect(namesService('payment failed', payments)).toBe(1);
    expect(namesService('repayments are late', payments)).toBe(0);
  });

  it.each([
    ['timed out waiting for inventory', 'inventory'],
    ['connect econnrefused stock:8080', 'stock'],
    ['get "http://quotes.prod.svc:80/x": eof', 'quotes.prod.svc'],
    ['getaddrinfo enotfound smtp.internal', 'smtp.internal'],
    ['timeout of 3000ms exceeded', ''],
    ['timed out waiting for the response', ''],
  ])('hears in "%s" the peer "%s"', (text, peer) => {
    expect(spokenPeer(text, '')).toBe(peer);
  });

  it('prefers what attributes say', () => {
    expect(spokenPeer('timed out waiting for x1', '{"peer.service":"Quotes"}')).toBe('quotes');
  });
});

describe('waitedMs and attemptsTold', () => {
  it.each([
    ['timeout of 3000ms exceeded', 3000],
    ['timed out after 3s', 3000],
    ['gave up after 1,500 ms', 1500],
    ['no answer within 2.5 seconds', 2500],
    ['pt30s passed', 30_000],
    ['timed out', null],
  ])('reads "%s" as %s', (text, ms) => {
    expect(waitedMs(text)).toBe(ms);
  });

  it.each([
    ['attempt 2 of 3 failed', 2],
    ['failed after 3 attempts', 3],
    ['retry #4', 4],
    ['card declined', 0],
  ])('reads the attempts in "%s" as %s', (text, attempts) => {
    expect(attemptsTold(text, '')).toBe(attempts);
  });
});
