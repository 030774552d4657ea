import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { descriptorSet } from '#proto';
import type { Schema } from './schema.js';

/**
 * The schemas of protobuf messages as protobuf-JSON writes them, and of all that they hold, from the descriptors and their
 * comments: what the .proto files say is what REST's document says. No field is required, since defaults are left out.
 *
 * @param roots full names: `query.LogList`
 * @returns by name without the package: `LogList`
 */
export function messageSchemas(roots: readonly string[]): Readonly<Record<string, Schema>> {
  const schemas: Record<string, Schema> = {};
  const add = (message: DescMessage): void => {
    if (schemas[message.name] !== undefined || message.typeName.startsWith('google.')) return;
    schemas[message.name] = {
      type: 'object',
      ...described(message),
      properties: Object.fromEntries(
        message.fields.map((field) => [field.jsonName, { ...fieldSchema(field), ...described(field) }]),
      ),
    };
    for (const field of message.fields) if (field.message !== undefined) add(field.message);
  };
  for (const root of roots) {
    const message = descriptorSet().registry.getMessage(root);
    if (message === undefined) throw new Error(`No message is called ${root}.`);
    add(message);
  }
  return schemas;
}

function fieldSchema(field: DescField): Schema {
  switch (field.fieldKind) {
    case 'list':
      return { type: 'array', items: valueSchema(field) };
    case 'map':
      return { type: 'object', additionalProperties: valueSchema(field) };
    default:
      return valueSchema(field);
  }
}

function valueSchema({ message, scalar }: Pick<DescField, 'message' | 'scalar'>): Schema {
  if (message?.typeName === 'google.protobuf.Struct') return { type: 'object', additionalProperties: true };
  if (message !== undefined) return { $ref: `#/components/schemas/${message.name}` };
  switch (scalar) {
    case ScalarType.BOOL:
      return { type: 'boolean' };
    case ScalarType.UINT32:
      return { type: 'integer', minimum: 0, maximum: 0xffff_ffff };
    case ScalarType.INT32:
      return { type: 'integer' };
    case ScalarType.DOUBLE:
      return { type: 'number' };
    default:
      // Strings, names of enums, and integers of 64 bits.
      return { type: 'string' };
  }
}

/** The comment above a message or a field, on one line. */
function described(what: DescMessage | DescField): Schema {
  const { file, path } = what.kind === 'message' ? placeOf(what) : { ...placeOf(what.parent), path: fieldPath(what) };
  const location = file.proto.sourceCodeInfo?.location.find((one) => one.path.join() === path.join());
  const comment = location?.leadingComments.trim().replace(/\s+/g, ' ') ?? '';
  return comment === '' ? {} : { description: comment };
}

/** Where a message of the file's top level is declared: FileDescriptorProto.message_type = 4. */
function placeOf(message: DescMessage): { readonly file: DescMessage['file']; readonly path: readonly number[] } {
  return { file: message.file, path: [4, message.file.messages.indexOf(message)] };
}

/** DescriptorProto.field = 2. */
function fieldPath(field: DescField): readonly number[] {
  return [...placeOf(field.parent).path, 2, field.parent.fields.indexOf(field)];
}
