import type { CSSProperties } from 'react';
import type { Level, Role } from '../api/types.js';

/** A service, told apart by its name and by a colour that is the same everywhere. */
export function Service({ name }: { readonly name: string }) {
  return (
    <span className="service">
      <span className="service-dot" style={serviceStyle(name)} aria-hidden="true" />
      <span className="service-name">{name === '' ? '(no service)' : name}</span>
    </span>
  );
}

/** Golden-angle steps spread hues evenly, so that alike hashes give unlike colours. */
const STEPS = 997;
const GOLDEN_ANGLE = 137.508;

/** The style that sets `--hue` of a service: a function of the name alone, so that no other service changes it (FNV-1a). */
export function serviceStyle(name: string): CSSProperties {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  const style: Record<`--${string}`, string> = {
    '--hue': (((((hash ^ (hash >>> 12)) >>> 0) % STEPS) * GOLDEN_ANGLE) % 360).toFixed(0),
  };
  return style;
}

export function LevelMark({ level }: { readonly level: Level }) {
  return <span className={`level level-${level}`}>{level}</span>;
}

const ROLES: Readonly<Record<Exclude<Role, ''>, string>> = {
  origin: 'An error of its own: it began here',
  propagated: 'Passed on: the echo of another span’s error',
  suspect: 'No error of its own, but its caller gave up on it',
};

/** A span's part in the failure: a shape and a word, never a colour alone. */
export function RoleMark({ role, cause = false }: { readonly role: Role; readonly cause?: boolean }) {
  if (role === '' && !cause) return null;
  const word = cause ? 'cause' : role;
  const title = role === '' ? undefined : ROLES[role];
  return (
    <span className={`role role-${word}`} title={title}>
      <RoleShape role={cause ? 'cause' : role} />
      {word}
    </span>
  );
}

const SHAPES: Readonly<Record<string, string>> = {
  cause: 'M6 0.5 11.5 6 6 11.5 0.5 6Z',
  origin: 'M3.5 0.5h5l3 3v5l-3 3h-5l-3-3v-5Z',
  propagated: 'M6 1 11.5 11H0.5Z',
  suspect: 'M6 0.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11Z',
};

/** Diamond: cause. Octagon: origin. Triangle: propagated. Ring: suspect. */
export function RoleShape({ role, size = 12 }: { readonly role: Role | 'cause'; readonly size?: number }) {
  const path = SHAPES[role];
  if (path === undefined) return null;
  return (
    <svg className={`shape shape-${role}`} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

/** `12,480`; from a million on `1.24 M`. */
export function count(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} G`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : value.toLocaleString('en-US');
}

/** `1 error`, `2 errors`. */
export function counted(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? '' : 's'}`;
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const at = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(value, 1)) / 3)));
  return `${Number((value / 1_000 ** at).toPrecision(3))} ${units[at] ?? ''}`;
}
