import fc from 'fast-check';
import { ByteReader } from './byte-reader.js';
import { ByteWriter, varintSize } from './byte-writer.js';

describe('the byte writer', () => {
  it('writes varints that the reader reads, in as many bytes as varintSize says', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const bytes = new ByteWriter(1).varint(value).view();
        expect(new ByteReader(bytes).varint()).toBe(value);
        expect(bytes.length).toBe(varintSize(value));
      }),
    );
  });

  it('writes text of any script, after its length in bytes, in each of the three ways', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const reader = new ByteReader(new ByteWriter(1).varintBytes(text).compactString(text).string(text).view());
        expect(reader.slice(reader.varint()).toString()).toBe(text);
        expect(reader.compactString()).toBe(text);
        expect(reader.slice(reader.int16()).toString()).toBe(text);
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  it('leaves views as they are while it grows, and writes over them after clear', () => {
    const writer = new ByteWriter(8);
    const first = writer.raw(Buffer.from('first')).view();
    const second = writer.raw(Buffer.from('second, longer than the memory')).view(first.length);
    writer.raw(Buffer.alloc(1_000));
    expect([first.toString(), second.toString()]).toEqual(['first', 'second, longer than the memory']);
    writer.clear();
    expect(writer.int32(7).view()).toEqual(Buffer.from([0, 0, 0, 7]));
  });

  it('writes fixed numbers with the high byte first', () => {
    const bytes = new ByteWriter(1).int8(-2).int16(-2).int32(-2).uint32(0xfffffffe).int64(-2n).unsignedVarint(300).view();
    expect(bytes.toString('hex')).toBe('fe' + 'fffe' + 'fffffffe' + 'fffffffe' + 'fffffffffffffffe' + 'ac02');
  });
});
