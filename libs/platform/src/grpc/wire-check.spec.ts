import { create, createFileRegistry, toBinary } from '@bufbuild/protobuf';
import {
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorSetSchema,
  StructSchema,
  ValueSchema,
} from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { descriptorSet, LogBatch, LogLevel } from '#proto';
import { checkWire } from './wire-check.js';

const { registry } = descriptorSet();

function check(name: string, bytes: Uint8Array | readonly number[]) {
  const message = registry.getMessage(name);
  if (message === undefined) {
    throw new Error(`no message ${name}`);
  }
  return checkWire(message, Uint8Array.from(bytes));
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => value.replaceAll('\0', ''));

const log = fc.record({
  traceId: text,
  message: text,
  level: fc.constantFrom(LogLevel.INFO, LogLevel.ERROR),
  attributes: fc.dictionary(text, text, { maxKeys: 4 }),
  severityNumber: fc.nat(),
});

const batchBytes = fc.record({ logs: fc.array(log, { maxLength: 4 }), batchId: text }).map(({ logs, batchId }) => {
  const empty = {
    parentId: '', spanId: '', service: '', timestamp: '', id: '', attributesJson: '', resourceJson: '', scope: '', event: '',
    severityText: '', observedTimestamp: '', traceFlags: 0,
  }; // prettier-ignore
  return LogBatch.encode({ batchId, spans: [], logs: logs.map((some) => ({ ...empty, ...some })) }).finish();
});

describe('Checking the wire format', () => {
  it('takes every message that the generated code writes', () => {
    fc.assert(fc.property(batchBytes, (bytes) => expect(check('logs.LogBatch', bytes)).toBeNull()));
  });

  it('takes Struct with all kinds of values', () => {
    const struct = create(StructSchema, {
      fields: {
        a: create(ValueSchema, { kind: { case: 'numberValue', value: 1.5 } }),
        b: create(ValueSchema, { kind: { case: 'structValue', value: create(StructSchema, { fields: {} }) } }),
        c: create(ValueSchema, { kind: { case: 'boolValue', value: true } }),
      },
    });
    const bytes = toBinary(StructSchema, struct);
    expect(check('google.protobuf.Struct', bytes)).toBeNull();
    expect(check('query.Dag', [0x1a, bytes.length, ...bytes])).toBeNull();
  });

  it('refuses every message that is cut off inside its last field', () => {
    fc.assert(
      fc.property(batchBytes, fc.nat(), (bytes, cut) => {
        // Cutting between two fields of the outer message leaves a message, so a field is put around all of it.
        const framed = Uint8Array.from([0x0a, ...varint(bytes.length), ...bytes]);
        const kept = framed.subarray(0, 1 + (cut % Math.max(1, framed.length - 1)));
        fc.pre(kept.length < framed.length);
        expect(check('logs.LogBatch', kept)).not.toBeNull();
      }),
    );
  });

  it('never lets a message pass on which the generated code throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        if (check('logs.LogBatch', bytes) === null) {
          expect(() => LogBatch.decode(bytes)).not.toThrow();
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a string that is not UTF-8', 'logs.Log', [0x0a, 2, 0xc0, 0x80], 'trace_id', 'must be valid UTF-8'],
    ['a string with U+0000', 'logs.Log', [0x0a, 1, 0], 'trace_id', 'must not hold U+0000'],
    ['a key of a map that is not UTF-8', 'logs.Log', [0x42, 3, 0x0a, 1, 0xff], 'attributes', 'must be valid UTF-8'],
    ['a value of a map that is not UTF-8', 'logs.Log', [0x42, 3, 0x12, 1, 0xff], 'attributes', 'must be valid UTF-8'],
    ['a repeated string that is not UTF-8', 'query.Dag', [0x52, 1, 0xff], 'services', 'must be valid UTF-8'],
    [
      'a nested message that reaches past its end',
      'logs.LogBatch',
      [0x0a, 2, 0x0a, 3, 1, 2, 3],
      'logs.trace_id',
      'is cut off: its length reaches past the end',
    ],
    ['field number 0', 'logs.Log', [0x02, 0], '', 'holds a tag that protobuf does not know'],
    ['wire type 6', 'logs.Log', [0x0e, 0], '', 'holds a tag that protobuf does not know'],
    [
      'a varint of 11 bytes',
      'logs.Log',
      [0x30, ...Array<number>(10).fill(0x80), 1],
      'level',
      'holds a number of more than 64 bits',
    ],
    [
      'a varint of 65 bits',
      'logs.Log',
      [0x30, ...Array<number>(9).fill(0xff), 2],
      'level',
      'holds a number of more than 64 bits',
    ],
    ['a number that is cut off', 'logs.Log', [0x35, 1, 2], 'level', 'is cut off inside a number'],
    ['an end of a group that was not begun', 'logs.Log', [0xa4, 0x06], '', 'a group ends that was not begun'],
    ['a group closed by another number', 'logs.Log', [0xa3, 0x06, 0xac, 0x06], '', 'a group ends that was not begun'],
    ['a group that is never closed', 'logs.Log', [0xa3, 0x06], '', 'is cut off inside a number'],
  ])('refuses %s', (_, name, bytes, field, reason) => {
    expect(check(name, bytes)).toEqual({ field, reason });
  });

  it.each([
    [
      'unknown fields of every wire type',
      [0xa0, 0x06, 1, 0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xa2, 0x06, 1, 0xff, 0xa5, 0x06, 1, 2, 3, 4],
    ],
    ['an unknown group', [0xa3, 0x06, 0x08, 1, 0xa4, 0x06]],
    ['a known field with another wire type', [0x08, 1]],
    ['an empty message', []],
  ])('takes %s', (_, bytes) => {
    expect(check('logs.Log', bytes)).toBeNull();
  });

  it('stops at a depth that would exhaust the stack', () => {
    // google.protobuf.Value: list_value (6) -> values (1) -> list_value ...
    let bytes: number[] = [];
    for (let depth = 0; depth < 200; depth++) {
      bytes = [depth % 2 === 0 ? 0x32 : 0x0a, ...varint(bytes.length), ...bytes];
    }
    expect(check('google.protobuf.ListValue', bytes)?.reason).toContain('nested deeper');
  });

  it('agrees with the descriptors about packed lists', () => {
    const schema = createFileRegistry(packedLists()).getMessage('t.T');
    const at = (bytes: readonly number[]) => (schema === undefined ? undefined : checkWire(schema, Uint8Array.from(bytes)));
    expect(at([0x0a, 2, 0x80, 0x01])).toBeNull();
    expect(at([0x0a, 1, 0x80])).toEqual({ field: 'numbers', reason: 'is cut off inside a number' });
    expect(at([0x12, 8, 0, 0, 0, 0, 0, 0, 0, 0])).toBeNull();
    expect(at([0x12, 7, 0, 0, 0, 0, 0, 0, 0])).toEqual({
      field: 'doubles',
      reason: 'its packed values are not a multiple of 8 bytes long',
    });
  });
});

/** A file with `message T { repeated int32 numbers = 1; repeated double doubles = 2; }`, which the contract has nothing like. */
function packedLists() {
  const list = (name: string, number: number, type: FieldDescriptorProto_Type) =>
    create(FieldDescriptorProtoSchema, { name, number, type, label: FieldDescriptorProto_Label.REPEATED, jsonName: name });
  return create(FileDescriptorSetSchema, {
    file: [
      {
        name: 't.proto',
        package: 't',
        syntax: 'proto3',
        messageType: [
          {
            name: 'T',
            field: [list('numbers', 1, FieldDescriptorProto_Type.INT32), list('doubles', 2, FieldDescriptorProto_Type.DOUBLE)],
          },
        ],
      },
    ],
  });
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
