import { setTimeout as pause } from 'node:timers/promises';
import { optionsOf, USAGE, type DemoOptions } from './options.js';
import { Sender } from './sender.js';
import type { Part } from './story.js';
import { largeImport } from './stories/failing.js';
import { Traffic } from './traffic.js';

const SECOND_MS = 1_000;
const LEAST_LARGE_SPANS = 4;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Everything that began before the end, in the order of time, as fast as it is taken. */
async function sendHistory(
  traffic: Traffic,
  sender: Sender,
  { minutes, rate, spans }: DemoOptions,
  endMs: number,
): Promise<void> {
  const seconds = Math.round(minutes * 60);
  for (let second = 0; second < seconds; second++) {
    const atMs = endMs - (seconds - second) * SECOND_MS;
    for (let left = traffic.tracesIn(atMs, rate); left > 0; left--) {
      await sender.add(traffic.trace(atMs).parts(spans));
    }
    if (second % 600 === 599) say(`${Math.round((second + 1) / 60)} of ${minutes} minutes, ${sender.sent} records and spans`);
  }
  await sender.flush();
}

/** From now on, each record when its time has come. */
async function followNow(traffic: Traffic, sender: Sender, { rate, spans }: DemoOptions, stop: AbortSignal): Promise<void> {
  let pending: readonly Part[] = [];
  for (let atMs = Date.now(); !stop.aborted; atMs += SECOND_MS) {
    const begun = Array.from({ length: traffic.tracesIn(atMs, rate) }, () => traffic.trace(atMs).parts(spans));
    pending = [...pending, ...begun.flat()];
    const late = Math.max(0, atMs + SECOND_MS - Date.now());
    await pause(late, undefined, { signal: stop }).catch(() => undefined);
    const now = Date.now();
    await sender.add(pending.filter((one) => one.atMs <= now));
    await sender.flush();
    pending = pending.filter((one) => one.atMs > now);
  }
}

async function run(options: DemoOptions): Promise<void> {
  const endMs = Date.now();
  const traffic = new Traffic(options.seed, endMs);
  const sender = new Sender(options.address, options.tenant, `demo-${options.seed}-${endMs}`);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    await sendHistory(traffic, sender, options, endMs);
    if (options.largeTrace >= LEAST_LARGE_SPANS) {
      const story = traffic.trace(endMs - 30_000, (one) => largeImport(one, options.largeTrace));
      await sender.add(story.parts(options.spans));
      await sender.flush();
      process.stdout.write(`${JSON.stringify({ largeTrace: story.traceId })}\n`);
    }
    say(`${sender.sent} records and spans sent to ${options.address}.`);
    if (options.follow) {
      say(`Going on with ${options.rate} traces a second. Stop with Ctrl-C.`);
      await followNow(traffic, sender, options, stop.signal);
    }
  } finally {
    sender.close();
  }
}

try {
  const options = optionsOf(process.argv.slice(2));
  if (options === 'help') process.stdout.write(USAGE);
  else await run(options);
} catch (error) {
  say(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}
