import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { run } from './java.mjs';

const KAFKA_VERSION = '4.1.1';
const SLF4J_VERSION = '1.7.36'; // the version of Kafka's own slf4j-api

const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Folder of everything that this tool keeps. */
export const cacheFolder = join(projectRoot, '.cache', 'kafka');

const jarsFolder = join(cacheFolder, `jars-${KAFKA_VERSION}`);

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>rootspan.tools</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>${SLF4J_VERSION}</version></dependency>
  </dependencies>
</project>
`;

/** @returns {string | null} folder of Kafka's jars; null where they are not installed */
export function installedJars() {
  return existsSync(jarsFolder) ? jarsFolder : null;
}

/**
 * Fetches Kafka's jars (43 MB) from Maven Central, where they are not there yet. The folder gets its name when it is
 * complete, so that installations at the same moment, or broken off, do no harm.
 *
 * @param {(phase: string) => void} [onProgress]
 * @returns {Promise<string>} folder of the jars
 */
export async function installKafka(onProgress = () => undefined) {
  const there = installedJars();
  if (there) return there;
  onProgress(`fetching Apache Kafka ${KAFKA_VERSION} from Maven Central (43 MB)`);
  const draft = join(cacheFolder, `draft-${randomUUID()}`);
  try {
    await mkdir(draft, { recursive: true });
    await writeFile(join(draft, 'pom.xml'), pom);
    const jars = join(draft, 'jars');
    const { exitCode, output } = await run('mvn', [
      ...['-q', '-B', '-f', join(draft, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`],
    ]);
    if (exitCode !== 0) {
      throw new Error(`Maven could not fetch Kafka; check the network, or the mirror in Maven's settings.xml:\n${output}`);
    }
    await rename(jars, jarsFolder).catch((error) => {
      if (!installedJars()) throw error; // else another installation was faster
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return jarsFolder;
}
