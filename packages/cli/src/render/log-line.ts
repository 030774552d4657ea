import type { QueryLog } from '#proto';
import { paintOfLevel, type Palette } from '../palette.js';
import { printable, printableLine } from './printable.js';

const LEVEL_WIDTH = 5;
const TIME_WIDTH = '2025-04-16T14:30:00.000Z'.length;

/** The level in capitals and in its colour, always as wide. */
export function levelText(level: string, palette: Palette): string {
  return paintOfLevel(palette, level)(printableLine(level).toUpperCase().padEnd(LEVEL_WIDTH));
}

/** A record as lines: time, level, service, message, then attributes and ids; further lines of the message are indented. */
export function logLines(log: QueryLog, palette: Palette): string[] {
  const [first = '', ...further] = printable(log.message).trimEnd().split('\n');
  const head = [
    palette.faint(log.timestamp.padEnd(TIME_WIDTH)),
    levelText(log.level, palette),
    palette.name(printableLine(log.service)),
    first,
    palette.faint([...attributeTexts(log), ...idTexts(log)].join(' ')),
  ];
  return [head.filter((part) => part !== '').join('  '), ...further.map((line) => `    ${line}`)];
}

/** `region=eu`, the typed ones as one JSON object. */
export function attributeTexts({ attributes, attributesJson }: QueryLog): string[] {
  const texts = Object.entries(attributes).map(([key, value]) => {
    const text = printableLine(value);
    return `${printableLine(key)}=${/[\s"]/.test(text) ? JSON.stringify(text) : text}`;
  });
  return attributesJson === '' ? texts : [...texts, printableLine(attributesJson)];
}

function idTexts({ traceId, spanId }: QueryLog): string[] {
  const ids = [
    ['trace', traceId],
    ['span', spanId],
  ] as const;
  return ids.flatMap(([name, id]) => (id === '' ? [] : [`${name}=${printableLine(id)}`]));
}
