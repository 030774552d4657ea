import type { FileRegistry } from '@bufbuild/protobuf';
import type { DescriptorProto } from '@bufbuild/protobuf/wkt';
import type { DescribedFile, DescriptorSet } from './descriptor-set.js';

/** Answers what server reflection asks. Names carry no leading dot. */
export interface SymbolIndex {
  /** Serialized FileDescriptorProtos: the file, then all that it imports, directly or not, each once and before its own imports. Undefined: unknown. */
  fileByName(name: string): readonly Uint8Array[] | undefined;
  /** Likewise for the file that declares a service, method (`package.Service.Method`), message or enum, nested ones included. */
  fileBySymbol(symbol: string): readonly Uint8Array[] | undefined;
}

/**
 * Full name of every declared symbol -> name of its file. Walks the descriptors themselves, because the library's
 * registry hides the entry messages of map fields, which are symbols like any other.
 */
function symbolsOf(registry: FileRegistry): ReadonlyMap<string, string> {
  const symbols = new Map<string, string>();
  for (const { proto } of registry.files) {
    const declare = (scope: string, name: string): string => {
      const full = scope === '' ? name : `${scope}.${name}`;
      symbols.set(full, proto.name);
      return full;
    };
    const declareMessage = (scope: string, message: DescriptorProto): void => {
      const full = declare(scope, message.name);
      message.enumType.forEach((nested) => declare(full, nested.name));
      message.nestedType.forEach((nested) => declareMessage(full, nested));
    };
    proto.messageType.forEach((message) => declareMessage(proto.package, message));
    proto.enumType.forEach((declared) => declare(proto.package, declared.name));
    for (const service of proto.service) {
      const full = declare(proto.package, service.name);
      service.method.forEach((method) => declare(full, method.name));
    }
  }
  return symbols;
}

/** Indexes a descriptor set. Costs a walk over all its declarations. */
export function indexSymbols(set: DescriptorSet): SymbolIndex {
  const files = new Map(set.files.map((file) => [file.name, file]));
  const symbols = symbolsOf(set.registry);

  const withImports = (name: string): readonly Uint8Array[] | undefined => {
    if (!files.has(name)) {
      return undefined;
    }
    const found = new Set<string>();
    const ordered: DescribedFile[] = [];
    const visit = (next: string): void => {
      const file = files.get(next);
      if (file === undefined || found.has(next)) return;
      found.add(next);
      file.imports.forEach(visit);
      ordered.unshift(file);
    };
    visit(name);
    return ordered.map((file) => file.bytes);
  };

  return {
    fileByName: withImports,
    fileBySymbol: (symbol) => {
      const name = symbols.get(symbol);
      return name === undefined ? undefined : withImports(name);
    },
  };
}
