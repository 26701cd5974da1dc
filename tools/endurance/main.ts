import { UsageError } from '../stack/settings.ts';
import { shutdownSignal } from '../stack/shutdown-signal.ts';
import { measureEndurance } from './endurance.ts';
import { readSettings, usage } from './settings.ts';

/** @returns 0 when the channel endured, 1 when it did not, 2 on wrong usage */
async function main(): Promise<number> {
  const signal = shutdownSignal({ watchParent: process.env.npm_lifecycle_event !== undefined });
  try {
    const settings = readSettings(process.argv.slice(2));
    if (settings === 'help') {
      console.log(usage);
      return 0;
    }
    const { calls, seconds, failures, growth } = await measureEndurance(settings.calls, signal);
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const failed = Object.entries(failures).map(([code, count]) => `${count} ${code}`);
    console.log(
      `${calls} calls in ${seconds.toFixed(0)} s, ${(calls / seconds).toFixed(0)} a second; failed: ${failed.join(', ') || 'none'}; ` +
        `memory grew by ${percent(growth.client)} in the client and ${percent(growth.server)} in the server`,
    );
    const mostGrowth = Math.max(growth.client, growth.server);
    return failed.length > 0 || 100 * mostGrowth >= settings.growthPercent ? 1 : 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return 1;
    throw error;
  }
}

process.exitCode = await main();
