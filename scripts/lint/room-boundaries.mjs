/** ESLint rule: imports keep to the rooms of rooms.mjs. Sees import and export declarations, import() and import types. */
import { posix, relative, sep } from 'node:path';
import { ROOT } from '../lib/paths.mjs';
import { ADAPTERS, ADAPTER_REASON, COMPOSES, PACKAGES, ROOMS, TESTS } from './rooms.mjs';

/** The room that a path (relative to the root) lies in; undefined for files of the root folder. */
function roomOfPath(path) {
  const prefixes = ROOMS.flatMap((room) => room.files.map((prefix) => ({ room, prefix }))).filter(({ prefix }) =>
    path.startsWith(prefix),
  );
  return prefixes.sort((a, b) => b.prefix.length - a.prefix.length)[0]?.room;
}

/** `#db/postgres` and `#bus/conformance` -> the room's name; conformance suites count as their port. */
function roomOfAlias(specifier) {
  return specifier.replace(/\/conformance$/, '');
}

/** The library or app that a path lies in (`libs/bus`): inside it, relative imports are the way. */
const unitOf = (path) => path.split('/').slice(0, 2).join('/');

function faultOfRoom(path, from, target) {
  if (target === from.name) return undefined;
  const isTest = TESTS.test(path) || from.name === 'tests';
  if (target.startsWith('apps/')) {
    if (from.imports.includes(target)) return undefined;
    return from.name.startsWith('#') ? `a library must not know who uses it; ${from.reason}` : from.reason;
  }
  if (isTest || from.imports === 'libs') return undefined;
  if (ADAPTERS.includes(target) && from.name.startsWith('apps/')) return COMPOSES.test(path) ? undefined : ADAPTER_REASON;
  return from.imports.includes(target) ? undefined : from.reason;
}

function faultOfPackage(path, from, specifier) {
  if (TESTS.test(path) || !/^(?:#|apps\/|packages\/)/.test(from.name)) return undefined;
  if (from.packages === 'none') return from.reason;
  const rule = PACKAGES.find(({ packages }) =>
    packages.some((name) =>
      name.endsWith('/') ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`),
    ),
  );
  return rule === undefined || rule.rooms.includes(from.name) ? undefined : rule.reason;
}

/**
 * Why `path` must not import `specifier`; undefined when it may.
 * @param {string} path the importing file, relative to the root, with forward slashes
 */
export function boundaryFault(path, specifier) {
  const from = roomOfPath(path);
  if (from === undefined) return undefined;
  if (specifier.startsWith('#')) return faultOfRoom(path, from, roomOfAlias(specifier));
  if (!specifier.startsWith('.')) return faultOfPackage(path, from, specifier);
  const target = posix.join(posix.dirname(path), specifier);
  const room = roomOfPath(target);
  if (room === undefined) return undefined;
  const crossesLibrary = room.name.startsWith('#') && unitOf(target) !== unitOf(path);
  if (crossesLibrary) return `another library is imported by its name (${room.name}), so that only what its index lists is used`;
  return room.name === 'tools' && (TESTS.test(path) || from.name === 'tests') ? undefined : faultOfRoom(path, from, room.name);
}

export const roomBoundaries = {
  meta: { type: 'problem', schema: [], messages: { forbidden: '{{path}} must not import {{specifier}}: {{reason}}.' } },
  create(context) {
    const path = relative(ROOT, context.filename).split(sep).join('/');
    const check = (node) => {
      if (node?.type !== 'Literal' || typeof node.value !== 'string') return;
      const reason = boundaryFault(path, node.value);
      if (reason !== undefined) context.report({ node, messageId: 'forbidden', data: { path, specifier: node.value, reason } });
    };
    const checkSource = (node) => check(node.source);
    return {
      ImportDeclaration: checkSource,
      ExportNamedDeclaration: checkSource,
      ExportAllDeclaration: checkSource,
      ImportExpression: checkSource,
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    };
  },
};
