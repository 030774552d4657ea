import { installedJars } from './install.mjs';
import { java, run } from './java.mjs';

/** Kafka 4 needs this Java for its broker. */
const LEAST_JAVA = 17;

/**
 * Whether a broker can be run here.
 *
 * @returns {Promise<{ available: true } | { available: false, reason: string }>}
 */
export async function kafkaAvailability() {
  const { exitCode, output } = await run(java, ['-version']);
  if (exitCode !== 0) return { available: false, reason: `no Java ${LEAST_JAVA} or newer: ${java} -version does not run` };
  const major = Number(/version "(\d+)/.exec(output)?.[1]);
  if (!(major >= LEAST_JAVA))
    return { available: false, reason: `Java ${LEAST_JAVA} or newer is needed, ${java} is ${output.split('\n')[0]}` };
  if (!installedJars() && (await run('mvn', ['-version'])).exitCode !== 0) {
    return { available: false, reason: 'no Maven to fetch Kafka with: mvn -version does not run' };
  }
  return { available: true };
}
