import { AuditFormatError } from '@contract-reviewer/platform/audit/audit-records';
import { credentialsFrom, UsageError } from '../gateway/gateway-access.ts';
import { GatewaySession, ProblemError, UnreachableError } from '../gateway/gateway-session.ts';
import { printable } from '../review/printable.ts';
import { run } from './commands.ts';
import { FileError } from './log-files.ts';
import { settingsFrom, usage } from './settings.ts';

const exitCodes = { well: 0, altered: 1, failed: 2 } as const;
const expectedErrors = [AuditFormatError, FileError, ProblemError, UnreachableError];

process.exitCode = await main(process.argv.slice(2), process.env);

async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const settings = settingsFrom(args, env);
    if (settings === 'help') {
      process.stdout.write(usage);
      return exitCodes.well;
    }
    const isWell = await run(settings.command, {
      connect: async () => GatewaySession.open(settings.url, await credentialsFrom(env)),
      print: (line) => process.stdout.write(`${printable(line)}\n`),
      report: (line) => process.stderr.write(`${printable(line)}\n`),
    });
    return isWell ? exitCodes.well : exitCodes.altered;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${printable(error.message)}\nTry --help.\n`);
      return exitCodes.failed;
    }
    if (!expectedErrors.some((expected) => error instanceof expected)) throw error;
    process.stderr.write(`${printable((error as Error).message)}\n`);
    return exitCodes.failed;
  }
}
