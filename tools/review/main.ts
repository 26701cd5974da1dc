import { access, constants, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { credentialsFrom, UsageError } from '../gateway/gateway-access.ts';
import { ProblemError, UnreachableError } from '../gateway/gateway-session.ts';
import { isFinished } from './analysis.ts';
import { GatewayClient } from './gateway-client.ts';
import { printable, printableJson } from './printable.ts';
import { progressFor } from './progress.ts';
import { renderAnalysis } from './render.ts';
import { ReportWriter, type WrittenReport } from './reports.ts';
import { type ReviewSettings, settingsFrom, usage } from './settings.ts';

const exitCodes = { reviewed: 0, notAllReviewed: 1, usage: 2, unreachable: 3 } as const;

process.exitCode = await main(process.argv.slice(2), process.env);

async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const settings = settingsFrom(args, env);
    if (settings === 'help') {
      process.stdout.write(usage);
      return exitCodes.reviewed;
    }
    const client = await GatewayClient.open(settings.url, await credentialsFrom(env));
    const reports = new ReportWriter(client, settings.out);
    let exitCode: number = exitCodes.reviewed;
    for (const file of settings.files) {
      const isReviewed = await reviewFile(client, reports, file, settings);
      if (!isReviewed) exitCode = exitCodes.notAllReviewed;
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

/** @returns whether the file was reviewed; prints the review, or why there is none */
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
    return isFinished(analysis);
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
  return printable('path' in report ? `Report: ${report.path}` : `No ${report.format} report: ${report.refusal}`);
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
