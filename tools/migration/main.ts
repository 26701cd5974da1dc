import { credentialsFrom, UsageError } from '../gateway/gateway-access.ts';
import { GatewaySession, ProblemError, UnreachableError } from '../gateway/gateway-session.ts';
import { printable } from '../review/printable.ts';
import { readMigration, type Step, setAside, takeStep } from './migration-client.ts';
import { progressOn } from './progress.ts';
import { renderDrift, renderMigration, renderReport, renderSetAside } from './render.ts';
import { type MigrationSettings, settingsFrom, usage } from './settings.ts';

const exitCodes = { done: 0, refused: 1, usage: 2, unreachable: 3 } as const;
const conflict = 409;
const wrongUse: ReadonlySet<number> = new Set([400, 404]);

process.exitCode = await main(process.argv.slice(2), process.env);

async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const settings = settingsFrom(args, env);
    if (settings === 'help') {
      process.stdout.write(usage);
      return exitCodes.done;
    }
    return await run(await GatewaySession.open(settings.url, await credentialsFrom(env)), settings);
  } catch (error) {
    return exitCodeFor(error);
  }
}

async function run(session: GatewaySession, settings: MigrationSettings): Promise<number> {
  const { command, owner, confirm, json } = settings;
  switch (command) {
    case 'status': {
      const migration = await readMigration(session);
      print(json ? [JSON.stringify(migration)] : printable(renderMigration(migration)));
      return exitCodes.done;
    }
    case 'set-aside': {
      if (json) print([JSON.stringify({ entries: await Array.fromAsync(setAside(session)) })]);
      else for await (const entry of setAside(session)) print([printable(renderSetAside(entry))]);
      return exitCodes.done;
    }
    default:
      return step(session, { action: command, ...(owner === undefined ? {} : { owner }), confirm }, json);
  }
}

/** Drift is told on standard error while it is found, so that it is known even if the step is refused for it. */
async function step(session: GatewaySession, wanted: Step, json: boolean): Promise<number> {
  const progress = progressOn(process.stderr);
  try {
    const report = await takeStep(session, wanted, {
      onProgress: (each) => progress.show(each),
      onDrift: (drift) => process.stderr.write(`${printable(renderDrift(drift))}\n`),
    });
    progress.end();
    print(json ? [JSON.stringify(report)] : printable(renderReport(report)));
    return report.agree ? exitCodes.done : exitCodes.refused;
  } finally {
    progress.end();
  }
}

function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** @throws what is none of the failures that are to be expected */
function exitCodeFor(error: unknown): number {
  if (error instanceof UsageError || (error instanceof ProblemError && wrongUse.has(error.status))) {
    process.stderr.write(`${printable(error.message)}\nTry --help.\n`);
    return exitCodes.usage;
  }
  if (!(error instanceof UnreachableError || error instanceof ProblemError)) throw error;
  process.stderr.write(`${printable(error.message)}\n`);
  return error instanceof ProblemError && error.status === conflict ? exitCodes.refused : exitCodes.unreachable;
}
