import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { descriptorSet, sliceFiles } from './descriptor-set.js';
import { indexSymbols } from './symbol-index.js';

const nameOf = (bytes: Uint8Array | undefined) => fromBinary(FileDescriptorProtoSchema, bytes ?? new Uint8Array()).name;

describe('The descriptor set', () => {
  const index = indexSymbols(descriptorSet());

  it('holds every file of proto/ with what it imports', () => {
    expect(descriptorSet().files.map((file) => file.name)).toEqual(
      expect.arrayContaining([
        'log.proto',
        'query.proto',
        'google/protobuf/struct.proto',
        'grpc/health/v1/health.proto',
        'grpc/reflection/v1/reflection.proto',
        'grpc/reflection/v1alpha/reflection.proto',
      ]),
    );
  });

  it('is decoded once', () => {
    expect(descriptorSet()).toBe(descriptorSet());
  });

  it('gives a file first, then its imports', () => {
    expect(index.fileByName('query.proto')?.map(nameOf)).toEqual(['query.proto', 'google/protobuf/struct.proto']);
    expect(index.fileByName('nowhere.proto')).toBeUndefined();
  });

  it.each([
    ['logs.LogIngestionService', 'log.proto'],
    ['logs.LogIngestionService.SendLog', 'log.proto'],
    ['logs.Log', 'log.proto'],
    ['logs.Log.AttributesEntry', 'log.proto'],
    ['logs.LogLevel', 'log.proto'],
    ['query.Dag', 'query.proto'],
    ['google.protobuf.Struct', 'google/protobuf/struct.proto'],
    ['google.protobuf.NullValue', 'google/protobuf/struct.proto'],
    ['grpc.health.v1.HealthCheckResponse.ServingStatus', 'grpc/health/v1/health.proto'],
  ])('finds the file of %s', (symbol, file) => {
    expect(nameOf(index.fileBySymbol(symbol)?.[0])).toBe(file);
  });

  it('knows no symbol that is not declared', () => {
    expect(index.fileBySymbol('logs.LogIngestionService.Nothing')).toBeUndefined();
    expect(index.fileBySymbol('')).toBeUndefined();
  });
});

describe('Slicing a descriptor set', () => {
  const file = (name: string) => create(FileDescriptorProtoSchema, { name, package: 'x'.repeat(300) });
  const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [file('a.proto'), file('b.proto')] }));

  it('gives the bytes of each file unchanged', () => {
    expect(sliceFiles(bytes).map((slice) => Buffer.from(slice))).toEqual(
      ['a.proto', 'b.proto'].map((name) => Buffer.from(toBinary(FileDescriptorProtoSchema, file(name)))),
    );
  });

  it('refuses bytes that end too early or are something else', () => {
    expect(() => sliceFiles(bytes.subarray(0, bytes.length - 1))).toThrow('cut off');
    expect(() => sliceFiles(bytes.subarray(0, 1))).toThrow('cut off');
    expect(() => sliceFiles(Uint8Array.of(0x12, 0))).toThrow('something else');
  });
});
