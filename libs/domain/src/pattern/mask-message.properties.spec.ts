import fc from 'fast-check';
import { maskMessage } from './mask-message.js';
import { withoutKinds } from './placeholder.js';

const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
/** Values as messages hold them, by what they are. */
const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  number: fc.oneof(
    fc.nat().map(String),
    fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value.toFixed(2)),
  ),
  thousands: fc.nat().map((value) => value.toLocaleString('en-US')),
  uuid: fc.uuid(),
  hex: hex(12),
  pointer: hex(8).map((digits) => `0x${digits}`),
  ipv4: fc.ipV4(),
  'ipv4 with a port': fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 })).map(([ip, port]) => `${ip}:${port}`),
  ipv6: fc.ipV6().filter((ip) => ip !== '::' && !ip.endsWith(':')),
  'e-mail': fc.emailAddress({ size: 'small' }).filter((address) => /^[\w.+@-]+$/.test(address)),
  quoted: fc.string({ unit: fc.constantFrom(...'abc XYZ019,;:()[]{}<>=/'), maxLength: 30 }).map((text) => `'${text}'`),
  duration: fc.tuple(fc.nat(99_999), fc.constantFrom('ms', 's', ' ms', ' seconds', 'us')).map(([n, unit]) => `${n}${unit}`),
  instant: fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  'http date': fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }).map((date) => date.toUTCString()),
  'order id': fc.tuple(fc.constantFrom('ord-', 'ord_'), fc.nat()).map(([, number]) => `ord-${number}`),
};

describe('maskMessage', () => {
  it.each(Object.entries(VALUES))('gives messages that differ in one %s the same template', (_, value) => {
    fc.assert(
      fc.property(value, value, (one, other) => {
        const say = (some: string) => withoutKinds(maskMessage(`Reserving ${some} failed: stock is locked`));
        expect(say(one)).toBe(say(other));
        expect(say(one)).toMatch(/^Reserving \S*<\*> failed: stock is locked$/);
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(VALUES))(
    'gives messages that differ in one %s within brackets and after = the same template',
    (_, value) => {
      fc.assert(
        fc.property(value, value, (one, other) => {
          const say = (some: string) => withoutKinds(maskMessage(`Stock is locked (by=${some}, try again)`));
          expect(say(one)).toBe(say(other));
        }),
        { numRuns: 200 },
      );
    },
  );

  it('keeps sentences of words apart', () => {
    const words = fc.array(fc.constantFrom('payments', 'inventory', 'refused', 'timed', 'out', 'Connection', 'lock'), {
      minLength: 1,
    });
    fc.assert(
      fc.property(words, (some) => {
        expect(maskMessage(some.join(' '))).toBe(some.join(' '));
      }),
    );
  });

  const pieces = fc.oneof(
    ...Object.values(VALUES),
    fc.constantFrom(
      ...' ,;:()[]{}<>=|/\\\'"`@#%&?!.-_~\n\t',
      'id=',
      'id: ',
      '://',
      'at ',
      'GET ',
      '\n    at f (a.js:1:2)',
      'Caused by: ',
    ),
    fc.constantFrom(
      '<num>',
      '<id>',
      '<str>',
      '<dur>',
      'ms',
      'May ',
      'Wed, ',
      'PT',
      '0x',
      '{"msg":',
      '"}',
      'Traceback (most recent call last):\n',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.lorem({ maxCount: 2 }),
  );
  const anyMessage = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));

  it('is idempotent', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const template = maskMessage(message);
        expect(maskMessage(template)).toBe(template);
        expect(template.length).toBeLessThanOrEqual(1_000);
      }),
      { numRuns: 5_000 },
    );
  });

  it('ends soon and stays idempotent on hostile repetitions', () => {
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 4 }), (parts) => {
        const part = parts.join('') || 'x';
        const template = maskMessage(part.repeat(Math.ceil(4_096 / part.length)));
        expect(maskMessage(template)).toBe(template);
      }),
      { numRuns: 1_500 },
    );
  });
});
