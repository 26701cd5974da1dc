import { StoreError } from '@contract-reviewer/platform/embedded/store-error';
import { UsageError } from '../stack/settings.ts';
import { shutdownSignal } from '../stack/shutdown-signal.ts';
import { StartError } from '../stack/start-error.ts';
import { readSettings, usage } from './settings.ts';
import { DamagedBlobError, takeBackup } from './take-backup.ts';

/** @returns the exit code: 0 when it is done, 1 when it is not, 2 on wrong usage */
async function main(): Promise<number> {
  const signal = shutdownSignal({ watchParent: process.env.npm_lifecycle_event !== undefined });
  try {
    const settings = readSettings(process.argv.slice(2), process.env);
    if (settings === 'help') {
      console.log(usage);
      return 0;
    }
    const report = (line: string) => console.log(line);
    const { files, bytes } = await takeBackup({ ...settings, report, signal });
    console.log(`${settings.out}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return 1;
    if (![StartError, StoreError, DamagedBlobError].some((expected) => error instanceof expected)) throw error;
    console.error((error as Error).message);
    return 1;
  }
}

process.exitCode = await main();
