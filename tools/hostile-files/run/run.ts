import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewaySession, withJson } from '../../gateway/gateway-session.ts';
import { longContractPdf } from '../../samples/long-contract.ts';
import { onePage, pdfFile, show, stream } from '../corpus/pdf-bytes.ts';
import { mebibyte, noise } from '../corpus/repeatable-bytes.ts';
import { clause, type HostileFile } from '../hostile-file.ts';
import { type Attack, attack, outcomeOf, requestReview, statusOfReview, type Way } from './attack.ts';
import { Bystander, type OperationFigures } from './bystander.ts';
import { MemoryWatch } from './memory-watch.ts';
import { OutboundWatch } from './outbound-watch.ts';
import { strayFiles } from './stray-files.ts';
import type { ApplicationProcess, Target } from './target.ts';

export interface AttackResult extends Attack {
  /** What the document service with all its processes took more than before this file; the most of the replicas. */
  growthBytes: number;
  /** How the review ended; undefined if there was none. */
  review: string | undefined;
}

export interface RunResult {
  attacks: AttackResult[];
  bystander: { figures: OperationFigures[]; failures: string[] };
  /** Of the document service with all its processes, after honest documents and before the first file. */
  baselineBytes: number;
  /** The same, some seconds after the last file; the most that a replica has grown. */
  remainingGrowthBytes: number;
  /** What an honest contract of 300 pages takes on this machine, as busy as it is, from its upload to its text. */
  contractSeconds: number;
  outbound: string[];
  restarted: string[];
  stray: string[];
}

export interface RunOptions {
  report(line: string): void;
  signal: AbortSignal;
}

const reviewTimeoutMs = 120_000;
/** For what is not used any more to be given back. */
const settleMs = 5000;
const contract = '../../samples/master-services-agreement';

/** Sends files to a system, one after the other, while another user works with it. */
export async function runHostileFiles(
  target: Target,
  files: readonly HostileFile[],
  options: RunOptions,
): Promise<RunResult> {
  await using stack = new AsyncDisposableStack();
  const before = await target.processes();
  const [attacker, other] = await newUsers(target);
  const outbound = stack.use(await OutboundWatch.start(before.map(({ pid }) => pid)));
  const contractSeconds = await warmUp(attacker);

  const memory = before
    .filter(({ name }) => name.startsWith('document'))
    .map(({ pid }) => stack.use(new MemoryWatch(pid)));
  const takePeaks = () => Promise.all(memory.map((watch) => watch.takePeak()));
  /** What they take now: the peak of no time at all. */
  const levels = async () => {
    await takePeaks();
    return takePeaks();
  };
  const baseline = await levels();

  const bystander = new Bystander(other);
  stack.use(bystander);
  const attacks: AttackResult[] = [];
  const reviews = new Map<AttackResult, string>();
  for (const file of files) {
    // Names of files reach the service by a way of their own too, on which no form is parsed.
    const ways: Way[] = file.name.startsWith('name-') ? ['HTTP', 'gRPC'] : ['HTTP'];
    for (const way of ways) {
      options.signal.throwIfAborted();
      const before = await levels();
      const attempt = await attack(target, attacker, file, way, outbound.canary);
      const growthBytes = mostGrowth(before, await takePeaks());
      const result: AttackResult = { ...attempt, growthBytes, review: undefined };
      attacks.push(result);
      options.report(`${file.name}: ${result.outcome}, ${result.seconds.toFixed(1)} s`);
      if (result.outcome === 'ready' && result.documentId) {
        reviews.set(result, await requestReview(attacker, result.documentId));
      }
    }
  }
  for (const [result, analysisId] of reviews)
    result.review = await statusOfReview(attacker, analysisId, reviewTimeoutMs);
  await bystander[Symbol.asyncDispose]();
  await sleep(settleMs, undefined, { signal: options.signal });
  return {
    attacks,
    bystander: { figures: bystander.figures, failures: bystander.failures },
    baselineBytes: Math.max(...baseline),
    remainingGrowthBytes: mostGrowth(baseline, await levels()),
    contractSeconds,
    outbound: [...outbound.connections],
    restarted: restartedOf(before, await target.processes()),
    stray: await strayFiles(target.dataDirectory),
  };
}

function mostGrowth(before: readonly number[], after: readonly number[]): number {
  return Math.max(...after.map((bytes, index) => bytes - (before[index] ?? 0)));
}

async function newUsers({ gateway, admin }: Target): Promise<[GatewaySession, GatewaySession]> {
  const administrator = await GatewaySession.open(gateway, admin);
  const open = async (name: string) => {
    const credentials = { email: `${name}@example.test`, password: randomBytes(18).toString('base64url') };
    await administrator.request('/api/users', withJson(credentials));
    return await GatewaySession.open(gateway, credentials);
  };
  return [await open('attacker'), await open('bystander')];
}

/**
 * Has honest documents read, several at once, so that every process has read some.
 *
 * @returns how many seconds a contract of 300 pages took when it was alone
 */
async function warmUp(session: GatewaySession): Promise<number> {
  const long = new Uint8Array(await longContractPdf(300));
  // Large and honest, as a scan is: what the upload of so much takes is no attack.
  const scan = new Uint8Array(pdfFile([...onePage(show(clause)), stream('/Subtype /Image', noise(40 * mebibyte))]));
  const others = await Promise.all(
    ['docx', 'pdf', 'md'].map((extension) => readFile(new URL(`${contract}.${extension}`, import.meta.url))),
  );
  for (let round = 0; round < 2; round++) {
    await Promise.all([long, ...others].map((bytes) => readHonest(session, bytes)));
  }
  for (let round = 0; round < 2; round++) await readHonest(session, scan);
  await statusOfReview(session, await requestReview(session, await readHonest(session, others[0])), reviewTimeoutMs);
  const startedAt = performance.now();
  await readHonest(session, long);
  return (performance.now() - startedAt) / 1000;
}

/** @returns the document's id */
async function readHonest(session: GatewaySession, bytes: Uint8Array<ArrayBuffer> = new Uint8Array()): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([bytes]), 'contract');
  const response = await session.request('/api/upload', { method: 'POST', body: form });
  const { document_id: id } = (await response.json()) as { document_id: string };
  const outcome = await outcomeOf(session, id);
  if (outcome !== 'ready' && outcome !== 'needs_ocr') throw new Error(`an honest contract is ${outcome}`);
  return id;
}

function restartedOf(before: readonly ApplicationProcess[], after: readonly ApplicationProcess[]): string[] {
  return before
    .filter(({ name, pid }) => after.find((process) => process.name === name)?.pid !== pid)
    .map(({ name }) => name);
}
