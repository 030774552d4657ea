import { patternOf, type PatternInput } from './trace-pattern.js';

const input: PatternInput = {
  causeService: 'inventory',
  causeMessage: 'Timeout after 3,000 ms waiting for order 8f3a9c77',
  chain: ['inventory', 'payments', 'api-gateway'],
};

describe('patternOf', () => {
  it('names the failure for people', () => {
    expect(patternOf(input)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
      title: 'inventory: Timeout after <dur> waiting for order <hex>',
      template: 'Timeout after <dur> waiting for order <hex>',
      service: 'inventory',
      services: ['inventory', 'payments', 'api-gateway'],
    });
  });

  it('keeps its fingerprints: stored patterns rely on them', () => {
    expect(patternOf(input).id).toBe('4670dbe577fe45ae1d1e35aa22796700');
  });

  it.each([
    ['ids that are numbers by chance', 'Timeout after 2,999 ms waiting for order 12345678'],
    ['ids that are longer', 'Timeout after 12 s waiting for order 5d1b2f7e-aa10-4c7e-9c55-0b6f1f0a4d2e'],
  ])('gives one fingerprint to %s', (_, causeMessage) => {
    expect(patternOf({ ...input, causeMessage }).id).toBe(patternOf(input).id);
  });

  it.each<[string, Partial<PatternInput>]>([
    ['service', { causeService: 'payments' }],
    ['message', { causeMessage: 'Connection refused by inventory' }],
    ['exception type', { causeExceptionType: 'TimeoutError' }],
    ['chain', { chain: ['inventory', 'orders', 'api-gateway'] }],
  ])('gives another fingerprint to another %s', (_, other) => {
    expect(patternOf({ ...input, ...other }).id).not.toBe(patternOf(input).id);
  });

  it('names the exception type that the message does not name', () => {
    expect(patternOf({ ...input, causeExceptionType: 'TimeoutError' }).title).toMatch(/^inventory: TimeoutError: Timeout after/);
    expect(patternOf({ ...input, causeExceptionType: 'Timeout' }).template).toBe(patternOf(input).template);
  });

  it('keeps titles and chains short', () => {
    const long = patternOf({
      causeService: 's',
      causeMessage: 'word '.repeat(500),
      chain: Array.from({ length: 500 }, (_, i) => `s${i}`),
    });
    expect(long.title.length).toBeLessThanOrEqual(200);
    expect(long.template.length).toBeLessThanOrEqual(1_000);
    expect(long.services).toHaveLength(50);
  });

  it('is named by its service where nothing was said', () => {
    expect(patternOf({ ...input, causeMessage: '' })).toMatchObject({ title: 'inventory', template: '' });
  });
});
