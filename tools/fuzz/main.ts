import { readFile, writeFile } from 'node:fs/promises';
import { StoreError } from '@contract-reviewer/platform/embedded/store-error';
import { UsageError } from '../stack/settings.ts';
import { shutdownSignal } from '../stack/shutdown-signal.ts';
import { StartError } from '../stack/start-error.ts';
import { summaryOf, tableOf, textOf } from './report.ts';
import { isClean } from './result.ts';
import { runFuzz } from './run.ts';
import { readSettings, type Settings, usage } from './settings.ts';

const published = new URL('../../docs/fuzzing.md', import.meta.url);
const figures = /(<!-- figures -->\n).*(\n<!-- end of figures -->)/s;

/** @returns the exit code */
async function runAndReport(settings: Settings, signal: AbortSignal): Promise<number> {
  // Progress is for people, the result is for the pipe.
  const result = await runFuzz(settings, { report: (line) => console.error(line), signal });
  console.log(settings.json ? JSON.stringify(summaryOf(result), null, 2) : textOf(result));
  if (settings.publish) {
    const text = await readFile(published, 'utf8');
    await writeFile(
      published,
      text.replace(figures, (_, begin: string, end: string) => begin + tableOf(result) + end),
    );
  }
  return isClean(result) ? 0 : 1;
}

/** @returns 0 when nothing forbidden happened, 1 when it did or the system did not start, 2 on wrong usage */
async function main(): Promise<number> {
  const signal = shutdownSignal({ watchParent: process.env.npm_lifecycle_event !== undefined });
  try {
    const settings = readSettings(process.argv.slice(2));
    if (settings !== 'help') return await runAndReport(settings, signal);
    console.log(usage);
    return 0;
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

// Not left to the end of the event loop: Node may wait for ever for the writes of connections that were reset.
process.exit(await main());
