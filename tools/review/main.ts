import { access, constants, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { credentialsFrom, UsageError } from '../gateway/gateway-access.ts';
import { ProblemError, UnreachableError } from '../gateway/gateway-session.ts';
import { isFinished } from './analysis.ts';
import { GatewayClient } from './gateway-client.ts';
import { printable, printableJson } from './printable.ts';
import { progressFor } from './progress.ts';
import { prepareReportDirectory } from './report-directory.ts';
import { ReportWriter, type WrittenReport } from './reports.ts';
import { type ReviewSettings, settingsFrom, usage } from './settings.ts';
import { renderAnalysis } from './terminal/render-analysis.ts';

const exitCodes = { allDone: 0, notAllDone: 1, usage: 2, unreachable: 3 } as const;

process.exitCode = await main(process.argv.slice(2), process.env);

async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const settings = settingsFrom(args, env);
    if (settings === 'help') {
      process.stdout.write(usage);
      return exitCodes.allDone;
    }
    if (settings.reports.length > 0) await prepareReportDirectory(settings.out);
    const client = await GatewayClient.open(settings.url, await credentialsFrom(env));
    const reports = new ReportWriter(client, settings.out);
    let exitCode: number = exitCodes.allDone;
    for (const file of settings.files) {
      const isDone = await reviewFile(client, reports, file, settings);
      if (!isDone) exitCode = exitCodes.notAllDone;
    }
    return exitCode;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nTry --help.\n`);
      return exitCodes.usage;
    }
    if (error instanceof UnreachableError || error instanceof ProblemError) {
      process.stderr.write(`${printable(error.message)}\n`);
      return exitCodes.unreachable;
    }
    throw error;
  }
}

/** @returns whether the file was reviewed and its reports written; prints the review, or why there is none */
async function reviewFile(
  client: GatewayClient,
  reports: ReportWriter,
  file: string,
  settings: ReviewSettings,
): Promise<boolean> {
  const progress = progressFor(printable(basename(file)));
  try {
    await requireReadable(file);
    const documentId = await client.upload(file);
    const analysis = await client.review(documentId, { ...settings, onProgress: (step) => progress.show(step) });
    progress.end();
    const written = isFinished(analysis) ? await reports.write(file, analysis.analysis_id, settings.reports) : [];
    print(settings, { file, document_id: documentId, analysis, reports: written }, () =>
      isFinished(analysis)
        ? [renderAnalysis(basename(file), analysis), ...written.map(reportLine)].join('\n')
        : refusal(file, analysis.error?.message ?? `The review was ${analysis.status}.`),
    );
    return isFinished(analysis) && !written.some((report) => 'error' in report);
  } catch (error) {
    progress.end();
    if (error instanceof UnreachableError) throw error;
    if (error instanceof ProblemError && error.status === 401) throw error;
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    print(settings, { file, error: reason }, () => refusal(file, reason));
    return false;
  }
}

/** Node tells only that a directory cannot be read when it has been sent in part. @throws {NodeJS.ErrnoException} */
async function requireReadable(file: string): Promise<void> {
  await access(file, constants.R_OK);
  if ((await stat(file)).isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
}

function reportLine(report: WrittenReport): string {
  if ('path' in report) return printable(`Report: ${report.path}`);
  return printable(`No ${report.format} report: ${'refusal' in report ? report.refusal : report.error}`);
}

function refusal(file: string, reason: string): string {
  return `\n${printable(`${basename(file)}: not reviewed. ${reason}`)}`;
}

/** Why a file could not be reviewed, for people; undefined if it is a fault of ours. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof ProblemError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'There is no such file.';
  if (code === 'EACCES' || code === 'EISDIR') return `It cannot be read (${code}).`;
  return undefined;
}

function print(settings: ReviewSettings, json: object, text: () => string): void {
  process.stdout.write(settings.json ? `${printableJson(json)}\n` : `${text()}\n`);
}
