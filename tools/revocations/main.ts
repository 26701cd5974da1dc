import { StoreError } from '@contract-reviewer/platform/embedded/store-error';
import { mechanisms } from '../faults/mechanisms.ts';
import { startFaultySystem } from '../faults/system/faulty-system.ts';
import { UsageError } from '../stack/settings.ts';
import { StartError } from '../stack/start-error.ts';
import { faultOf, textOf } from './report.ts';
import { readSettings, type Settings, usage } from './settings.ts';
import { runTrials } from './trials.ts';

/** @returns the exit code */
async function runAndReport(settings: Settings): Promise<number> {
  await using system = await startFaultySystem({ preload: settings.withoutWait ? [mechanisms.wait.module] : [] });
  const trials = await runTrials(system, settings, (line) => console.error(line));
  console.log(settings.json ? JSON.stringify(trials, null, 2) : textOf(trials));
  return trials.some((trial) => faultOf(trial) !== undefined) ? 1 : 0;
}

async function main(): Promise<number> {
  try {
    const settings = readSettings(process.argv.slice(2));
    if (settings !== 'help') return await runAndReport(settings);
    console.log(usage);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (!(error instanceof StartError || error instanceof StoreError)) throw error;
    console.error(error.message);
    return 1;
  }
}

process.exitCode = await main();
