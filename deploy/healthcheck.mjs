/**
 * Health check of a container: exit code 0 when the app answers ready, 1 with its reason otherwise.
 *
 *   node deploy/healthcheck.mjs [path]     default /readyz; /healthz asks only whether the process lives
 *
 * Asks the port in HTTP_PORT (8080 where it is not set) on this machine.
 */
const TIMEOUT_MS = 4_000;
const path = process.argv[2] ?? '/readyz';
const url = `http://127.0.0.1:${process.env.HTTP_PORT || 8080}${path}`;

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) console.error(`${url} answered ${answer.status}: ${await answer.text()}`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.error(`${url} does not answer: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
