import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { runProgram } from './run-program.ts';

const POM = fileURLToPath(new URL('./pom.xml', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/understudy-kafka', import.meta.url));
/** Kafka 4 needs it. */
const JAVA_AT_LEAST = 17;

export const KAFKA_NEEDS = `Java ${JAVA_AT_LEAST} or newer and Maven (Debian: apt-get install default-jre-headless maven), or KAFKA_BROKERS with the addresses of a cluster`;

/**
 * The class path of an Apache Kafka broker, resolved by Maven once and kept beside the packages of npm.
 * Undefined where this machine has not what it takes; throws where it has and it fails all the same.
 */
export async function resolveKafka(): Promise<string | undefined> {
  if (!await hasJava()) return undefined;
  const version = createHash('sha256').update(await readFile(POM)).digest('hex').slice(0, 16);
  const jars = join(CACHE, version);
  if (!existsSync(jars) && !await download(jars)) return undefined;
  return join(jars, '*');
}

async function hasJava(): Promise<boolean> {
  const said = await runProgram('java', ['-version']).catch(() => '');
  return Number(/version "(\d+)/.exec(said)?.[1] ?? 0) >= JAVA_AT_LEAST;
}

/** Into a folder of its own that gets its name when it is whole: a run cut short leaves nothing that looks finished, and of two runs at once the first one wins. */
async function download(jars: string): Promise<boolean> {
  if (await runProgram('mvn', ['--version']).then(() => false, () => true)) return false;
  await mkdir(CACHE, { recursive: true });
  const unfinished = await mkdtemp(join(CACHE, 'unfinished-'));
  try {
    await runProgram('mvn', ['--batch-mode', '--quiet', '--file', POM, 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${unfinished}`]);
    await rename(unfinished, jars);
  } catch (error) {
    if (!existsSync(jars)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return true;
}
