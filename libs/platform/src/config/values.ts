import { isIP } from 'node:net';
import * as z from 'zod';
import type { IngestTopic, TopicFormat } from './config.js';

/** A schema for one variable's text: `parse` gives undefined where the text does not follow `rule`. */
export function parsed<T>(rule: string, parse: (text: string) => T | undefined) {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value === undefined) {
      context.addIssue({ code: 'custom', message: rule });
      return z.NEVER;
    }
    return value;
  });
}

/** A whole number in a range, both ends included. */
export function integer(min: number, max: number, rule = `must be a whole number from ${min} to ${max}`) {
  return parsed(rule, (text) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

export const port = () => integer(0, 65535, 'must be a port number from 0 to 65535 (0 picks a free one)');

/** A port that may be left closed: null. */
export const portOrOff = () =>
  parsed('must be a port number from 0 to 65535 (0 picks a free one), or off', (text) => {
    if (text.toLowerCase() === 'off') return null;
    const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    return value <= 65535 ? value : undefined;
  });

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** A size as people write it: `65536`, `64 KiB`, `16MiB`. */
export function bytes(min: number, max: number) {
  const rule = `must be a size from ${formatBytes(min)} to ${formatBytes(max)}, such as 65536, 64KiB or 16MiB`;
  return parsed(rule, (text) => {
    const [, number, unit = ''] = /^(\d{1,12})\s*(B|KiB|MiB|GiB|TiB)?$/.exec(text) ?? [];
    const value = Number(number ?? Number.NaN) * (UNITS[unit] ?? Number.NaN);
    return value >= min && value <= max ? value : undefined;
  });
}

/** The size in its largest whole unit. */
export function formatBytes(value: number): string {
  const unit = (['TiB', 'GiB', 'MiB', 'KiB'] as const).find((name) => value > 0 && value % (UNITS[name] ?? 1) === 0) ?? 'B';
  return `${value / (UNITS[unit] ?? 1)} ${unit}`;
}

export function oneOf<const T extends string>(...values: readonly T[]) {
  return parsed(`must be one of ${values.join(', ')}`, (text) => values.find((value) => value === text.toLowerCase()));
}

export const flag = () =>
  parsed('must be true or false', (text) => {
    const value = text.toLowerCase();
    return ['true', '1', 'yes', 'on'].includes(value) ? true : ['false', '0', 'no', 'off'].includes(value) ? false : undefined;
  });

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,62}[a-z0-9_])?)*\.?$/i;

function hostOf(text: string): string | undefined {
  const bare = /^\[(.*)\]$/.exec(text)?.[1];
  if (bare !== undefined) {
    return isIP(bare) === 6 ? bare : undefined;
  }
  return isIP(text) !== 0 || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text)) ? text : undefined;
}

export const host = () =>
  parsed('must be an IP address or a host name without scheme and port, such as 127.0.0.1, 0.0.0.0 or ::', hostOf);

/** `host:port,host:port`; IPv6 in brackets. */
export const brokers = () =>
  parsed('must be a list of host:port separated by commas, such as kafka-1:9092,kafka-2:9092', (text) => {
    const list = text.split(',').map((entry) => entry.trim());
    const valid = list.every((entry) => {
      const [, name = '', number = ''] = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(entry) ?? [];
      return hostOf(name) !== undefined && Number(number) >= 1 && Number(number) <= 65535;
    });
    return valid ? list : undefined;
  });

const isTopic = (text: string): boolean => /^[A-Za-z0-9._-]{1,249}$/.test(text) && text !== '.' && text !== '..';

export const topic = () =>
  parsed('must be 1 to 249 letters, digits, dots, underscores or hyphens', (text) => (isTopic(text) ? text : undefined));

const FORMATS: readonly TopicFormat[] = ['filebeat', 'json', 'ndjson'];

/** `format:topic,format:topic`, each topic once. */
export const ingestTopics = () =>
  parsed(
    `must be a list of format:topic separated by commas, such as filebeat:logs; formats are ${FORMATS.join(', ')}`,
    (text) => {
      const list = text.split(',').flatMap((entry): readonly IngestTopic[] => {
        const [name, topic = '', ...rest] = entry.split(':').map((part) => part.trim());
        const format = FORMATS.find((known) => known === name);
        return format !== undefined && rest.length === 0 && isTopic(topic) ? [{ format, topic }] : [];
      });
      const isWhole = list.length === text.split(',').length && new Set(list.map(({ topic }) => topic)).size === list.length;
      return isWhole ? list : undefined;
    },
  );

const SSL_MODES = [null, 'disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

export const postgresUrl = () =>
  parsed('must be a PostgreSQL URL with a database, such as postgres://user:password@host:5432/database', (text) => {
    const url = /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined;
    const named = url !== undefined && url.pathname.length > 1 && (url.hostname !== '' || url.searchParams.has('host'));
    return named && SSL_MODES.includes(url.searchParams.get('sslmode')) ? text : undefined;
  });

export const text = () => z.string();
