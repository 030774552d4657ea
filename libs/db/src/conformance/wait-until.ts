/** Waits for a condition; throws, saying what was waited for, when it does not come true within the bound. */
export async function waitUntil(what: string, condition: () => Promise<boolean> | boolean, boundMs = 60_000): Promise<void> {
  const deadline = Date.now() + boundMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${boundMs} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
