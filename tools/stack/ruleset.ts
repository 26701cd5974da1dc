import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkRulesetModule } from './repository.ts';
import type { StackSettings } from './settings.ts';
import { StartError } from './start-error.ts';

const run = promisify(execFile);

/**
 * The analysis service refuses a ruleset that cannot be used, but only once the stores run: whoever has made a mistake in a file
 * should hear of it before anything is started.
 *
 * @throws {StartError} with everything that is wrong with the organization's ruleset
 */
export async function checkRuleset({ handedOn }: StackSettings, signal: AbortSignal): Promise<void> {
  const file = handedOn.analysis.RULESET_FILE;
  if (file === undefined) return;
  try {
    await run(process.execPath, [checkRulesetModule, file], { env: {}, signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new StartError(`RULESET_FILE: ${(cause as { stderr: string }).stderr}`.trim(), { cause });
  }
}
