import { randomBytes } from 'node:crypto';
import type { AuditHead } from '@contract-reviewer/platform/audit/audit-head';
import { AuditFormatError, parseHeadFile } from '@contract-reviewer/platform/audit/audit-records';
import { verifyAgainstHead } from '@contract-reviewer/platform/audit/audit-verifier';
import { CompactRange } from '@contract-reviewer/platform/merkle/compact-range';
import type { GatewaySession } from '../gateway/gateway-session.ts';
import { erase, fetchHead, fetchLines, seal } from './audit-client.ts';
import { linesOf, print, readText, recordsOf, writeNewFile, writeText } from './log-files.ts';
import { renderVerdict, verdictJson } from './render.ts';
import type { AuditCommand } from './settings.ts';

/** What a command needs besides its options. */
export interface Surroundings {
  /** Logs in. */
  connect: () => Promise<GatewaySession>;
  /** The result, a line at a time. */
  print: (line: string) => void;
  /** What happens meanwhile, a line at a time. */
  report: (line: string) => void;
}

const reportEvery = 10_000;

/** @returns whether all is well: false if a log is not as it was */
export async function run(command: AuditCommand, surroundings: Surroundings): Promise<boolean> {
  switch (command.name) {
    case 'head':
      await writeHead(command.out, surroundings);
      return true;
    case 'verify':
      return await verify(command, surroundings);
    case 'export':
      await exportLog(command.out, surroundings);
      return true;
    case 'seal':
      return await sealUntil(command, surroundings);
    case 'erase': {
      const count = await erase(await surroundings.connect(), command.user);
      surroundings.print(`${count} parts of entries were erased.`);
      return true;
    }
    case 'new-key':
      await prependKey(command.file);
      surroundings.print(
        `${command.file} begins with a new key. Restart the system; then the old ones may be taken out.`,
      );
      return true;
  }
}

async function writeHead(out: string | undefined, { connect, print: printLine }: Surroundings): Promise<void> {
  const text = await fetchHead(await connect());
  if (out === undefined) for (const line of text.trimEnd().split('\n')) printLine(line);
  else await writeText(out, text);
}

async function exportLog(out: string | undefined, { connect }: Surroundings): Promise<void> {
  const lines = fetchLines(await connect());
  if (out === undefined) await print(lines);
  else await writeNewFile(out, lines);
}

async function verify(
  { head, log, archives, json }: AuditCommand & { name: 'verify' },
  { connect, print: printLine, report }: Surroundings,
): Promise<boolean> {
  const kept = parseHeadFile(await readText(head));
  const lines = log === undefined ? fetchLines(await connect()) : linesOf([log]);
  const verdict = await verifyAgainstHead(recordsOf(inOrder(linesOf(archives), lines)), kept, progress(report));
  if (json) printLine(JSON.stringify(verdictJson(verdict)));
  else for (const line of renderVerdict(verdict, kept)) printLine(line);
  return verdict.fault === undefined;
}

/** The archive is on the disk and holds before anything is removed. */
async function sealUntil(
  { before, out }: AuditCommand & { name: 'seal' },
  { connect, print: printLine, report }: Surroundings,
): Promise<boolean> {
  const session = await connect();
  const { head, keys } = parseHeadFile(await fetchHead(session));
  const sha256 = await writeNewFile(out, fetchLines(session, before));
  report(`${out} is written; checking it`);
  const archived = await lastHeadIn(out);
  const kept = { head: archived, keys, earlierHeads: [] };
  const verdict = await verifyAgainstHead(recordsOf(linesOf([out])), kept, progress(report));
  if (verdict.fault || verdict.logId !== head.logId) {
    printLine(`Nothing was removed. ${verdict.fault?.message ?? 'The archive is of another log.'}`);
    return false;
  }
  if (verdict.checked === 0) {
    printLine('Nothing was removed: no entry is as old as that.');
    return true;
  }
  const rootHash = new CompactRange(verdict.size, verdict.peaks).root().toString('hex');
  const removed = await seal(session, { sealed_size: verdict.size, root_hash: rootHash, archive_sha256: sha256 });
  printLine(
    `${out} holds entries ${verdict.firstSequence} to ${verdict.size - 1}; ${removed} were removed from the log.`,
  );
  return true;
}

/** The head over all of an archive is its last line. */
async function lastHeadIn(path: string): Promise<AuditHead> {
  let last: AuditHead | undefined;
  for await (const record of recordsOf(linesOf([path]))) if (record.kind === 'head') last = record;
  if (!last) throw new AuditFormatError(`${path} has no head.`);
  return last;
}

async function prependKey(file: string): Promise<void> {
  const old = (await readText(file)).trim();
  await writeText(file, `${randomBytes(32).toString('base64url')}\n${old}\n`, 0o600);
}

async function* inOrder(...parts: readonly AsyncIterable<string>[]): AsyncGenerator<string> {
  for (const part of parts) yield* part;
}

function progress(report: (line: string) => void): (checked: number) => void {
  return (checked) => {
    if (checked % reportEvery === 0) report(`${checked} entries checked`);
  };
}
