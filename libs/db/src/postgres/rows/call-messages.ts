/** A statement that is prepared once a connection and run by its name. */
export interface RowStatement {
  /** Unique among the statements of a connection. */
  readonly name: string;
  readonly text: string;
}

const PARSE = 0x50;
const BIND = 0x42;
const EXECUTE = 0x45;
const SYNC = 0x53;
const BINARY = 1;
/** Unnamed portal, no limit of rows. */
const EXECUTE_ALL = Buffer.from([EXECUTE, 0, 0, 0, 9, 0, 0, 0, 0, 0]);
const SYNC_MESSAGE = Buffer.from([SYNC, 0, 0, 0, 4]);
/** Types and lengths of Bind around its texts: tag, length, portal, name's end, two counts, two for the results. */
const BIND_FRAME = 1 + 4 + 1 + 1 + 2 + 2 + 2 + 2;
const PARSE_FRAME = 1 + 4 + 1 + 1 + 2;

/**
 * The messages of one call as one piece: Parse where the statement is new to the connection, Bind with the values as texts
 * and all results binary, Execute, Sync. No Describe: who asks knows the columns.
 *
 * Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function callMessages(statement: RowStatement, values: readonly (string | number)[], parse: boolean): Buffer {
  const texts = values.map(String);
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const nameLength = Buffer.byteLength(statement.name);
  const textLength = parse ? Buffer.byteLength(statement.text) : 0;
  const parseLength = parse ? PARSE_FRAME + nameLength + textLength : 0;
  const bindLength = lengths.reduce((sum, length) => sum + 4 + length, BIND_FRAME + nameLength);
  const bytes = Buffer.allocUnsafe(parseLength + bindLength + EXECUTE_ALL.length + SYNC_MESSAGE.length);
  let at = 0;
  if (parse) {
    at = bytes.writeUInt8(PARSE, at);
    at = bytes.writeInt32BE(parseLength - 1, at);
    at = putCString(bytes, statement.name, at);
    at = putCString(bytes, statement.text, at);
    at = bytes.writeInt16BE(0, at);
  }
  at = bytes.writeUInt8(BIND, at);
  at = bytes.writeInt32BE(bindLength - 1, at);
  at = putCString(bytes, '', at);
  at = putCString(bytes, statement.name, at);
  at = bytes.writeInt16BE(0, at);
  at = bytes.writeInt16BE(texts.length, at);
  texts.forEach((text, i) => {
    at = bytes.writeInt32BE(lengths[i] ?? 0, at);
    at += bytes.write(text, at);
  });
  at = bytes.writeInt16BE(1, at);
  at = bytes.writeInt16BE(BINARY, at);
  at += EXECUTE_ALL.copy(bytes, at);
  SYNC_MESSAGE.copy(bytes, at);
  return bytes;
}

function putCString(bytes: Buffer, text: string, at: number): number {
  const end = at + bytes.write(text, at);
  return bytes.writeUInt8(0, end);
}
