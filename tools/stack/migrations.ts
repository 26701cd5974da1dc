import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type ServiceName, serviceNames } from './process-names.ts';
import { compiledCode, migrateModule } from './repository.ts';
import { StartError } from './start-error.ts';

const run = promisify(execFile);

export interface MigrationRun {
  databaseUrls: Record<ServiceName, string>;
  logLevel: string;
  signal?: AbortSignal;
}

/**
 * Brings the schema of each service up to date, each by the service's own program.
 *
 * @throws {StartError} with the output of the programs that failed; the schemas of the others are up to date.
 */
export async function runMigrations({ databaseUrls, logLevel, signal }: MigrationRun): Promise<void> {
  const results = await Promise.allSettled(
    serviceNames.map(async (name) => {
      const env = { ...compiledCode, DATABASE_URL: databaseUrls[name], LOG_LEVEL: logLevel };
      try {
        await run(process.execPath, [migrateModule(name)], { env, ...(signal && { signal }) });
      } catch (cause) {
        const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
        throw new StartError(`The migrations of the ${name} service failed:\n${stdout}${stderr}`.trim(), { cause });
      }
    }),
  );
  signal?.throwIfAborted();
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as StartError);
  if (failures.length > 0) throw new StartError(failures.map(({ message }) => message).join('\n'));
}
