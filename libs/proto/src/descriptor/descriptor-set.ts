import { createFileRegistry, fromBinary, type FileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { descriptorSetBase64 } from '../generated/descriptor-set.js';

/** A .proto file as protoc compiled it. */
export interface DescribedFile {
  /** Path as imports write it, such as `google/protobuf/struct.proto`. */
  readonly name: string;
  /** Names of the files that it imports. */
  readonly imports: readonly string[];
  /** The serialized FileDescriptorProto, byte for byte as `buf build` wrote it. */
  readonly bytes: Uint8Array;
}

/** All files of proto/ with what they import. */
export interface DescriptorSet {
  readonly files: readonly DescribedFile[];
  readonly registry: FileRegistry;
}

/** Field 1 (`file`), length-delimited: the only field of a FileDescriptorSet. */
const FILE_TAG = 0x0a;

/**
 * Cuts a serialized FileDescriptorSet into its files. The bytes are slices of the set and are never written anew:
 * what one library drops or reorders, another may need.
 * @throws Error where the bytes are not a FileDescriptorSet
 */
export function sliceFiles(set: Uint8Array): Uint8Array[] {
  const files: Uint8Array[] = [];
  let at = 0;
  while (at < set.length) {
    if (set[at] !== FILE_TAG) {
      throw new Error('The descriptor set holds something else than files: run npm run generate.');
    }
    at += 1;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = set[at];
      if (byte === undefined || shift > 28) {
        throw new Error('The descriptor set is cut off: run npm run generate.');
      }
      at += 1;
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        break;
      }
    }
    if (at + length > set.length) {
      throw new Error('The descriptor set is cut off: run npm run generate.');
    }
    files.push(set.subarray(at, at + length));
    at += length;
  }
  return files;
}

let decoded: DescriptorSet | undefined;

/** The project's descriptors; decoded on the first call, the same object ever after. */
export function descriptorSet(): DescriptorSet {
  if (decoded === undefined) {
    const bytes = Buffer.from(descriptorSetBase64, 'base64');
    decoded = {
      files: sliceFiles(bytes).map((file) => {
        const { name, dependency } = fromBinary(FileDescriptorProtoSchema, file);
        return { name, imports: dependency, bytes: file };
      }),
      registry: createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes)),
    };
  }
  return decoded;
}
