import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';

/** The repository's folder, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const serviceSchema = z.object({
  image: z.string(),
  build: z.object({ context: z.literal('.'), dockerfile: z.string(), target: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()).min(2) }),
  depends_on: z.record(z.string(), z.object({ condition: z.literal('service_healthy') })).default({}),
});
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
});

export type Service = z.output<typeof serviceSchema>;
export type ComposeFile = z.output<typeof composeSchema>;

/**
 * docker-compose.yml as docker reads it: anchors, merge keys and `${NAME:-default}` resolved.
 *
 * @param env what the person who calls docker compose has set
 */
export function readComposeFile(env: Readonly<Record<string, string>> = {}): ComposeFile {
  const text = readFileSync(`${ROOT}docker-compose.yml`, 'utf8').replace(
    /\$\{([A-Z_]+):-([^}]*)\}/g,
    (_, name: string, otherwise: string) => env[name] ?? otherwise,
  );
  if (text.includes('${')) throw new Error('docker-compose.yml holds a variable without a default.');
  return composeSchema.parse(parse(text, { merge: true }));
}
