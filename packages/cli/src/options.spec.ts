import { hostAndPort, httpAddress, keyAndValue, rowLimit, seconds } from './options.js';

describe('Values of options', () => {
  it.each(['127.0.0.1:50051', 'rootspan.internal:443', '[::1]:50051'])('take %s as an address', (text) => {
    expect(hostAndPort(text)).toBe(text);
  });

  it.each(['localhost', ':50051', 'http://host:1', 'host:0', 'host:65536', 'host:x', ''])('refuse %p as an address', (text) => {
    expect(() => hostAndPort(text)).toThrow('HOST:PORT');
  });

  it('take a count or all', () => {
    expect([rowLimit('10'), rowLimit('all')]).toEqual([10, Number.POSITIVE_INFINITY]);
    for (const text of ['0', '-1', '1.5', 'many', '']) expect(() => rowLimit(text)).toThrow('a whole number from 1, or all');
  });

  it('take seconds, also parts of them', () => {
    expect(seconds('0.5')).toBe(0.5);
    for (const text of ['0', '-1', 'x', 'Infinity']) expect(() => seconds(text)).toThrow('number of seconds');
  });

  it('collect attributes; a value may hold an equals sign, and any key is as good', () => {
    const first = keyAndValue('a=b=c');
    expect(Object.entries(keyAndValue('__proto__=x', first))).toEqual([
      ['a', 'b=c'],
      ['__proto__', 'x'],
    ]);
    expect(() => keyAndValue('=x')).toThrow('KEY=VALUE');
  });

  it('take an HTTP server with and without its scheme', () => {
    expect(httpAddress('127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
    expect(httpAddress('https://logs.example/any')).toBe('https://logs.example');
    expect(() => httpAddress('http://')).toThrow('HOST:PORT');
  });
});
