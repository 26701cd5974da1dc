import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findRedisProgram } from '@contract-reviewer/platform/embedded/redis-program';
import { z } from 'zod';
import { installRedis } from './stack/install-redis.ts';
import { compiledCode } from './stack/repository.ts';
import { StartError } from './stack/start-error.ts';

const usage = `Usage: npm test [-- FILTER... OPTION...]

Runs the tests, all of them or those whose path contains a FILTER. OPTIONs are vitest's, such as -t PATTERN.

The tests need Redis 7 or later and bring everything else. On Debian and its like, root gets Redis installed.
`;

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const repeatedTests = fileURLToPath(new URL('repeated-tests-reporter.ts', import.meta.url));

/** The part of vitest's JSON report that is counted here. */
const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

interface Counts {
  passed: number;
  failed: number;
}

/** @throws {StartError} when there is no Redis and it cannot be installed. */
async function ensureRedis(searchPath: string): Promise<void> {
  const lookup = await findRedisProgram(searchPath);
  if (lookup.found) return;
  if (process.getuid?.() !== 0 || !(await exists('/etc/debian_version'))) {
    throw new StartError(`The tests need Redis: ${lookup.reason}. Install Redis 7 or later and run them again.`);
  }
  await installRedis({ searchPath, report: (line) => console.log(line) });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function runVitest(args: readonly string[], reportFile: string): Promise<number> {
  const reporters = ['default', 'json', repeatedTests].map((reporter) => `--reporter=${reporter}`);
  const env = { ...compiledCode, ...process.env };
  const child = spawn(process.execPath, [vitest, 'run', ...reporters, `--outputFile.json=${reportFile}`, ...args], {
    env,
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function countTests(reportFile: string): Promise<Counts> {
  const report = reportSchema.parse(JSON.parse(await readFile(reportFile, 'utf8')));
  // A file that fails before its first test has no failed test to count, and is a failure all the same.
  const failedFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + failedFiles.length };
}

/** @returns the exit code: 0 when all tests passed, otherwise vitest's. */
async function runTests(args: readonly string[]): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'contract-reviewer-report-'));
  try {
    const reportFile = join(directory, 'report.json');
    const exitCode = await runVitest(args, reportFile);
    if (!(await exists(reportFile))) return exitCode || 1;
    const { passed, failed } = await countTests(reportFile);
    console.log(`${passed} passed, ${failed} failed`);
    return exitCode || (failed > 0 ? 1 : 0);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  try {
    await ensureRedis(process.env.PATH ?? '');
    return await runTests(args);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
