import { credentialsFrom, UsageError } from '../gateway/gateway-access.ts';
import { GatewaySession, ProblemError, UnreachableError } from '../gateway/gateway-session.ts';
import { printable } from '../review/printable.ts';
import { cachesOf, checkFamily, type ServiceReport } from './consistency-client.ts';
import { faultyIn, renderReports } from './render.ts';
import { type ConsistencySettings, settingsFrom, usage } from './settings.ts';

const exitCodes = { agree: 0, disagree: 1, usage: 2, unreachable: 3 } as const;
const badRequest = 400;

process.exitCode = await main(process.argv.slice(2), process.env);

async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const settings = settingsFrom(args, env);
    if (settings === 'help') {
      process.stdout.write(usage);
      return exitCodes.agree;
    }
    const reports = await check(await GatewaySession.open(settings.url, await credentialsFrom(env)), settings);
    const exitCode = exitCodeFor(reports);
    const { json, repair } = settings;
    const result = { agree: exitCode === exitCodes.agree, repair, services: reports };
    const lines = json ? [JSON.stringify(result)] : renderReports(printable(reports));
    for (const line of lines) process.stdout.write(`${line}\n`);
    return exitCode;
  } catch (error) {
    if (error instanceof UsageError || (error instanceof ProblemError && error.status === badRequest)) {
      process.stderr.write(`${printable(error.message)}\nTry --help.\n`);
      return exitCodes.usage;
    }
    if (error instanceof UnreachableError || error instanceof ProblemError) {
      process.stderr.write(`${printable(error.message)}\n`);
      return exitCodes.unreachable;
    }
    throw error;
  }
}

/** Checks family by family, and tells on standard error which one it is at. */
async function check(session: GatewaySession, { family, repair }: ConsistencySettings): Promise<ServiceReport[]> {
  const reports: ServiceReport[] = [];
  const families: string[] = family === undefined ? [] : [family];
  if (family === undefined) {
    for (const cache of await cachesOf(session)) {
      families.push(...cache.families.map(({ name }) => name));
      if (cache.status === 'unreachable') reports.push(unavailable(cache.service));
    }
  }
  for (const [index, name] of families.entries()) {
    process.stderr.write(`checking ${name} (${index + 1} of ${families.length})\n`);
    reports.push(...(await checkFamily(session, name, repair)));
  }
  return reports;
}

function unavailable(service: string): ServiceReport {
  return { service, status: 'unavailable', detail: 'It does not answer.', families: [], findings: [] };
}

function exitCodeFor(reports: readonly ServiceReport[]): number {
  if (reports.some(({ families }) => families.some((counts) => faultyIn(counts) > 0))) return exitCodes.disagree;
  return reports.every(({ status }) => status === 'checked') ? exitCodes.agree : exitCodes.unreachable;
}
