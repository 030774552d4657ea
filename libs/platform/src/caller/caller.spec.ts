import fc from 'fast-check';
import { isLoopback, loopbackFault } from './loopback-protection.js';
import { tenantOf } from './tenant.js';

const named = (headers: Readonly<Partial<Record<string, readonly string[]>>>) => tenantOf((name) => headers[name] ?? []);

describe('The tenant', () => {
  it('is "default" where none is named', () => {
    expect(named({})).toBe('default');
  });

  it('is what either header says', () => {
    expect(named({ 'tenant-id': ['a'] })).toBe('a');
    expect(named({ 'x-scope-orgid': ['b'] })).toBe('b');
    expect(named({ 'tenant-id': ['a, a'], 'x-scope-orgid': ['a'] })).toBe('a');
  });

  it.each([{ 'tenant-id': ['a', 'b'] }, { 'tenant-id': ['a,b'] }, { 'tenant-id': ['a'], 'x-scope-orgid': ['b'] }])(
    'is refused where two are named: %j',
    (headers) => {
      expect(() => named(headers)).toThrow('names another tenant');
    },
  );

  it('is what the pattern takes and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 70 }), fc.stringMatching(/^[A-Za-z0-9_.-]{1,70}$/)), (value) => {
        fc.pre(!value.includes(','));
        const valid = /^[A-Za-z0-9_.-]{1,64}$/.test(value.trim());
        if (valid) {
          expect(named({ 'tenant-id': [value] })).toBe(value.trim());
        } else {
          expect(() => named({ 'tenant-id': [value] })).toThrow('tenant-id: must be');
        }
      }),
    );
  });
});

describe('A server on loopback', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', '[::1]', 'localhost', 'LOCALHOST', 'app.localhost', '::ffff:127.0.0.1'])(
    'is %s',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each(['0.0.0.0', '::', '10.0.0.1', 'localhost.evil.example', 'evil-localhost', '127.0.0.1.evil.example', ''])(
    'is not %s',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );

  it.each([
    {},
    { host: '127.0.0.1:8080' },
    { host: 'localhost' },
    { host: '[::1]:8080' },
    { host: 'localhost:8080', origin: 'http://localhost:5173' },
    { host: 'localhost:8080', origin: 'http://127.0.0.1:8080' },
  ])('lets %j pass', (headers) => {
    expect(loopbackFault(headers)).toBeNull();
  });

  it.each([
    { host: 'evil.example' },
    { host: 'evil.example:8080' },
    { host: '192.168.0.1:8080' },
    { host: 'localhost@evil.example' },
    { host: '' },
    { host: 'localhost', origin: 'https://evil.example' },
    { host: 'localhost', origin: 'null' },
    { host: 'localhost', origin: 'http://localhost.evil.example' },
    { host: 'localhost', origin: '' },
  ])('refuses %j', (headers) => {
    expect(loopbackFault(headers)?.code).toBe('forbidden.origin');
  });
});
