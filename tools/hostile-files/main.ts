import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '@contract-reviewer/platform/embedded/store-error';
import { type FaultySystem, startFaultySystem } from '../faults/system/faulty-system.ts';
import { HOST } from '../stack/process-environment.ts';
import { processNames } from '../stack/process-names.ts';
import { UsageError } from '../stack/settings.ts';
import { shutdownSignal } from '../stack/shutdown-signal.ts';
import { StartError } from '../stack/start-error.ts';
import { corpus } from './corpus.ts';
import type { HostileFile } from './hostile-file.ts';
import { markdownOf, shortcomingsOf } from './run/report.ts';
import { runHostileFiles } from './run/run.ts';
import type { Target } from './run/target.ts';
import { readSettings, type Settings, usage } from './settings.ts';

const outcomesHeading = '## Outcomes';

async function writeFiles(files: readonly HostileFile[], directory: string, canary: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const file of files) {
    // What it is uploaded as may be no name for a file.
    await writeFile(join(directory, file.name), file.content({ url: canary }));
    console.log(`${file.name}: ${file.attack}; expected: ${file.expected.join(' or ')}`);
  }
}

/** @returns the exit code */
async function runAndReport(
  files: readonly HostileFile[],
  report: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  await using system = await startFaultySystem({ preload: [] });
  signal.throwIfAborted();
  const result = await runHostileFiles(targetOf(system), files, { report: (line) => console.error(line), signal });
  const shortcomings = shortcomingsOf(result);
  const markdown = markdownOf(result);
  console.log([markdown, ...shortcomings].join('\n'));
  if (report !== undefined) await replaceOutcomes(report, markdown);
  return shortcomings.length > 0 ? 1 : 0;
}

function targetOf({ replicas, admin, directory }: FaultySystem): Target {
  return {
    gateway: new URL(`http://${HOST}:${replicas.gateway[0]?.port}`),
    admin,
    documentService: `${HOST}:${replicas.document[0]?.port}`,
    processes: async () =>
      processNames.flatMap((name) =>
        replicas[name].map((replica) => ({ name: replica.name, pid: replica.process.current.pid })),
      ),
    dataDirectory: directory,
  };
}

async function replaceOutcomes(file: string, markdown: string): Promise<void> {
  const [introduction = ''] = (await readFile(file, 'utf8')).split(outcomesHeading);
  await writeFile(file, `${introduction}${outcomesHeading}\n\n${markdown}\n`);
}

/** @returns 0 when all went well, 1 when it did not, 2 on wrong usage */
async function main(): Promise<number> {
  const signal = shutdownSignal({ watchParent: process.env.npm_lifecycle_event !== undefined });
  try {
    const settings = readSettings(process.argv.slice(2));
    if (settings === 'help') {
      console.log(usage);
      return 0;
    }
    return await perform(settings, signal);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return 1;
    if (!(error instanceof StartError || error instanceof StoreError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function perform(settings: Settings, signal: AbortSignal): Promise<number> {
  const files = corpus.filter(({ name }) => settings.only.test(name));
  if (settings.do === 'run') return await runAndReport(files, settings.report, signal);
  await writeFiles(files, settings.directory, settings.canary);
  return 0;
}

process.exitCode = await main();
