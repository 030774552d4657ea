/**
 * Progress of one phase: its name, what it is doing, the seconds it took. On a terminal one line is redrawn, elsewhere
 * (CI, a file) a line is printed every ten seconds. Everything goes to stderr: stdout belongs to the app.
 */
const out = process.stderr;
const NAME_WIDTH = 12;

/** An expected failure: `message` is all the user needs to read, no stack is printed. */
export class PhaseError extends Error {}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const label = (name) => name.padEnd(NAME_WIDTH);

/** Prints one line of the same shape as a finished phase. */
export function note(name, text) {
  out.write(`${label(name)} ${text}\n`);
}

/**
 * Runs `work` and reports it. `work` gets `say(text)` to tell what it is doing, and resolves to the text of the closing
 * line. A rejection is reported as a failure of the phase and passed on. With `draws` false only the closing line is
 * printed: for work that writes to the terminal itself.
 */
export async function phase(name, work, { draws = true } = {}) {
  const start = performance.now();
  let doing = '';
  const draw = () => {
    const line = `${label(name)} ${doing === '' ? '...' : doing}  ${seconds(start)}`;
    out.write(out.isTTY ? `\r\x1b[2K${line.slice(0, Math.max(20, (out.columns ?? 80) - 1))}` : `${line}\n`);
  };
  const timer = draws ? setInterval(draw, out.isTTY ? 500 : 10_000) : undefined;
  const say = (text) => {
    const isNews = out.isTTY ? text !== doing : doing === '';
    doing = text;
    if (isNews && draws) draw();
  };
  const finish = (text) => {
    clearInterval(timer);
    if (out.isTTY && draws) out.write('\r\x1b[2K');
    note(name, `${text}  ${seconds(start)}`);
  };
  try {
    const text = await work(say);
    finish(text ?? 'done');
  } catch (error) {
    finish('FAILED');
    throw error;
  }
}
