import { stackFrameOf, type StackFrame } from './stack-frame.js';

/** A message without the stack trace that it may hold. */
export interface ReducedMessage {
  /** What is said: the exception's type and message, and that of the cause behind it. Of one or several lines. */
  readonly text: string;
  /** Where it was thrown: the first frame that is neither of a library nor of the run-time; null where there is none. */
  readonly frame: string | null;
}

const PYTHON_HEAD = 'Traceback (most recent call last):';
const CAUSE = /^(?:Caused by: |\[cause\]: )(.*)/;
const NOISE =
  /^(?:\.\.\. \d+ (?:more|common frames omitted)|During handling of the above exception.*|The above exception was .*|Suppressed: .*|\^+|)$/;
/** What Go prints around its frames: the goroutine, and the calls with the addresses of their arguments. */
const GO_NOISE = /^(?:goroutine \d+ \[[^\]]*\]:|created by .*|exit status \d+|[\w./*()-]{1,300}\([^\s)]*(?:, [^\s)]*)*\))$/;
/** Text beside a trace: enough to say what happened. */
const MAX_LINES = 4;

/**
 * Takes the stack trace out of a message: the type and text of the exception stay, with those of its innermost cause, and
 * the first own frame without line numbers. Traces of Node, Java, Python, Go, .NET, Ruby and PHP are known; a message
 * without one comes back unchanged.
 *
 * The innermost frame comes first, but last in Python, where the exception follows its frames.
 */
export function reduceStack(message: string): ReducedMessage {
  // Some loggers escape the line feeds.
  const text = /\\n\s{0,20}(?:at |File ")/.test(message) ? message.replaceAll('\\n', '\n') : message;
  if (!text.includes('\n')) return { text, frame: null };
  const python = text.includes(PYTHON_HEAD);
  const go = text.includes('goroutine ');
  const said: string[] = [];
  let cause: string | null = null;
  let frames = 0;
  let afterFrame = false;
  let own: StackFrame | null = null;
  let outer: StackFrame | null = null;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const frame = stackFrameOf(line);
    const isCode = python && afterFrame && /^\s/.test(raw);
    const caused = CAUSE.exec(line);
    afterFrame = frame !== null;
    if (frame !== null) {
      frames++;
      if (frame.own && (python || own === null)) own = frame;
    } else if (caused !== null) {
      cause = caused[1] ?? '';
      // The cause's own frames say more than those of what wraps it.
      outer = own ?? outer;
      own = null;
    } else if (
      !isCode &&
      !NOISE.test(line) &&
      !line.startsWith(PYTHON_HEAD) &&
      !(go && GO_NOISE.test(line)) &&
      (python || frames === 0)
    ) {
      said.push(line);
    }
  }
  if (frames === 0 || said.length === 0) return { text, frame: null };
  const kept = python ? said.slice(-MAX_LINES) : said.slice(0, MAX_LINES);
  if (cause !== null) kept.push(`caused by ${cause}`);
  const thrown = own ?? outer;
  return { text: kept.join('\n'), frame: thrown === null ? null : frameText(thrown) };
}

function frameText({ name, file }: StackFrame): string {
  return name === '' ? file : file === '' ? name : `${name} (${file})`;
}
