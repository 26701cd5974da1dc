import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { biome } from './biome.ts';
import { boundaries } from './boundaries.ts';
import { deadCode } from './dead-code.ts';
import { docs } from './docs.ts';
import { generatedCode } from './generated-code.ts';
import { migrations } from './migrations.ts';
import type { Check, Outcome } from './outcome.ts';
import { oxlint } from './oxlint.ts';
import { portability } from './portability.ts';
import { protoBreaking } from './proto-breaking.ts';
import { protoFormat } from './proto-format.ts';
import { protoLint } from './proto-lint.ts';
import { typecheck } from './typecheck.ts';

const checks: readonly Check[] = [
  typecheck,
  oxlint,
  biome,
  boundaries,
  protoLint,
  protoFormat,
  protoBreaking,
  generatedCode,
  deadCode,
  migrations,
  docs,
  portability,
];

const usage = `Usage: npm run check [-- --only NAME]...

Runs every check, also when one fails. Exits with 0 when none failed, 1 when one did, 2 on wrong usage.

${checks.map(({ name, promise }) => `  ${name.padEnd(16)}${promise}`).join('\n')}
`;

class UsageError extends Error {}

function selectChecks(args: readonly string[]): readonly Check[] | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) return 'help';
  if (values.only === undefined) return checks;
  return values.only.map((name) => {
    const check = checks.find((candidate) => candidate.name === name);
    if (check === undefined) throw new UsageError(`There is no check named '${name}'.`);
    return check;
  });
}

async function timed(check: Check, root: string): Promise<{ outcome: Outcome; seconds: number }> {
  const start = performance.now();
  const outcome = await check.run(root).catch((error: unknown): Outcome => {
    const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: 'failed', summary: 'could not run', report };
  });
  return { outcome, seconds: (performance.now() - start) / 1000 };
}

const marks = { passed: 'ok  ', skipped: 'skip', failed: 'FAIL' } as const;

/** One write per check, so that checks that end together do not mix their lines. */
function print(name: string, outcome: Outcome, seconds: number): void {
  const line = `${marks[outcome.status]}  ${name.padEnd(16)}${seconds.toFixed(1).padStart(5)} s  ${outcome.summary}`;
  const report = outcome.status === 'failed' ? `\n${outcome.report.replaceAll(/^/gm, '      ')}` : '';
  process.stdout.write(`${line.trimEnd()}${report}\n`);
}

/** @returns whether no check failed. */
async function runAll(selected: readonly Check[], root: string): Promise<boolean> {
  const waiting = [...selected];
  const counts = { passed: 0, skipped: 0, failed: 0 };
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { outcome, seconds } = await timed(check, root);
      counts[outcome.status] += 1;
      print(check.name, outcome, seconds);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0;
}

async function main(): Promise<number> {
  try {
    const selected = selectChecks(process.argv.slice(2));
    if (selected === 'help') {
      console.log(usage);
      return 0;
    }
    return (await runAll(selected, resolve(import.meta.dirname, '../..'))) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
}

process.exitCode = await main();
