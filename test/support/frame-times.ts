import type { Page } from 'playwright-core';

/** How a page fared over a while. Times are for people: a busy machine stretches them. */
export interface FrameTimes {
  /** Milliseconds from frame to frame, sorted. */
  readonly frames: readonly number[];
  /** Milliseconds of tasks of 50 ms and more (W3C Long Tasks), during which a page answers nobody. */
  readonly longTasks: readonly number[];
  /** The most records that were in the page's document at a time. */
  readonly mostRows: number;
}

const START = `(() => {
  const noted = { frames: [], longTasks: [], mostRows: 0, going: true };
  window.notedFrames = noted;
  const observer = new PerformanceObserver((list) => noted.longTasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ entryTypes: ['longtask'] });
  const rows = document.getElementsByClassName('log');
  let last = performance.now();
  const step = (now) => {
    noted.frames.push(Math.max(0, now - last));
    last = now;
    noted.mostRows = Math.max(noted.mostRows, rows.length);
    if (noted.going) requestAnimationFrame(step);
    else observer.disconnect();
  };
  requestAnimationFrame(step);
})()`;
const STOP = `(() => {
  window.notedFrames.going = false;
  const { frames, longTasks, mostRows } = window.notedFrames;
  return { frames: frames.sort((a, b) => a - b), longTasks, mostRows };
})()`;

/** Notes a page's frames from now on. @returns what ends that, prints it and gives it */
export async function noteFrames(page: Page, what: string): Promise<() => Promise<FrameTimes>> {
  await page.evaluate(START);
  return async () => {
    const times = await page.evaluate<FrameTimes>(STOP);
    tellFrames(what, times.frames);
    const longest = Math.max(0, ...times.longTasks).toFixed(0);
    process.stderr.write(
      `${what}: ${times.longTasks.length} long tasks, longest ${longest} ms, ${times.mostRows} rows at most\n`,
    );
    return times;
  };
}

/** Prints frame times. @param frames milliseconds, sorted */
export function tellFrames(what: string, frames: readonly number[]): void {
  const at = (share: number): string => (frames[Math.min(frames.length - 1, Math.floor(share * frames.length))] ?? 0).toFixed(1);
  process.stderr.write(`${what}: ${frames.length} frames, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms\n`);
}

/** Bytes of the page's heap once what nobody holds is gone. */
export async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
