/** Members that hold what a person would read, the best first. */
const TEXT_MEMBERS = ['message', 'msg', 'error', 'err', 'exception', 'reason', 'detail', 'description', 'title'] as const;
const STACK_MEMBERS = ['stack', 'stack_trace', 'stacktrace', 'stackTrace'] as const;
const MAX_DEPTH = 3;

/**
 * The text within a message that is a JSON object as a whole, as loggers write it: the stack of its error where there is
 * one, else its message. Null where the message is something else or holds no such text.
 */
export function textOfJson(message: string): string | null {
  if (!message.startsWith('{') || !message.endsWith('}')) return null;
  try {
    return textOf(JSON.parse(message) as unknown, 0);
  } catch {
    return null;
  }
}

function textOf(value: unknown, depth: number): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return null;
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of STACK_MEMBERS) {
    const stack = members[name];
    if (typeof stack === 'string' && stack.includes('\n')) return stack;
  }
  for (const name of TEXT_MEMBERS) {
    const text = textOf(Object.hasOwn(members, name) ? members[name] : null, depth + 1);
    if (text !== null) return text;
  }
  return null;
}
