import { InvalidArgumentError } from 'commander';

/** A count of rows: a whole number from 1, or `all`, which is Infinity. */
export function rowLimit(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  return wholeNumber(text, 'a whole number from 1, or all');
}

/** Seconds to wait: a number above 0, at most a day. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86_400)) throw new InvalidArgumentError('It takes a number of seconds, such as 30.');
  return value;
}

export function wholeNumber(text: string, form = 'a whole number from 1'): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) throw new InvalidArgumentError(`It takes ${form}.`);
  return Number(text);
}

/** host:port of a gRPC server. */
export function hostAndPort(text: string): string {
  const port = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):([0-9]{1,5})$/.exec(text)?.[1];
  if (port === undefined || Number(port) > 65_535 || Number(port) === 0) {
    throw new InvalidArgumentError('It takes HOST:PORT, such as 127.0.0.1:50051.');
  }
  return text;
}

/** `key=value`, collected over several uses of the option. */
export function keyAndValue(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It takes KEY=VALUE.');
  return Object.fromEntries([...Object.entries(before), [text.slice(0, at), text.slice(at + 1)]]);
}

/** host:port or http(s)://host:port of an HTTP server, as an origin. */
export function httpAddress(text: string): string {
  const url = /^https?:\/\//.test(text) ? text : `http://${text}`;
  if (!URL.canParse(url)) throw new InvalidArgumentError('It takes HOST:PORT or a URL, such as http://127.0.0.1:8080.');
  return new URL(url).origin;
}
