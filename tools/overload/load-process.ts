import { randomUUID } from 'node:crypto';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, HttpConnections } from './http-connections.ts';
import type { Load, LoadResult, Times } from './load.ts';

/** Reads a Load from standard input, and writes the LoadResult to standard output. */
const { port, token, asked, pace, connections: maxConnections, seconds } = (await json(process.stdin)) as Load;

/** Of the durations in their order, so many are told. */
const durationsTold = 1000;
/** What was sent in time may be answered that much later. */
const patienceMs = 15_000;
const reviewWaitSeconds = 30;
const refusals: ReadonlySet<number> = new Set([429, 503]);

const headers = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n`;
using connections = new HttpConnections(port);
await connections.open('atOnce' in pace ? pace.atOnce : maxConnections, `GET /healthz HTTP/1.1\r\n${headers}\r\n`);
const reads = asked.kind === 'read' ? asked.paths.map((path) => `GET ${path} HTTP/1.1\r\n${headers}\r\n`) : [];

const startedAt = performance.now();
const endsAt = startedAt + seconds * 1000;
const done: number[] = [];
const refused: number[] = [];
const durations: { at: number; ms: number }[] = [];
const failures: Record<string, number> = {};
let unsent = 0;
let number = 0;

async function ask(): Promise<void> {
  const began = performance.now();
  const isDone = asked.kind === 'read' ? await read() : await review();
  if (!isDone) return;
  const now = performance.now();
  // What is answered after the end has been paid for by then with time that nobody offered anything in.
  if (now <= endsAt) done.push(now - began);
  if (durations.length < durationsTold) durations.push({ at: now - startedAt, ms: now - began });
}

async function read(): Promise<boolean> {
  number += 1;
  return (await send(reads[number % reads.length] as string)) !== undefined;
}

async function review(): Promise<boolean> {
  const uploaded = await send(uploadOf(contract()));
  if (!uploaded) return false;
  const { document_id } = JSON.parse(uploaded.body) as { document_id: string };
  const path = `/api/analyze/${document_id}?wait=${reviewWaitSeconds}`;
  const json = 'Content-Type: application/json\r\nContent-Length: 2\r\n';
  const reviewed = await send(`POST ${path} HTTP/1.1\r\n${headers}${json}\r\n{}`);
  return reviewed?.status === 200;
}

/** @returns the answer if it was none of refusal or failure */
async function send(request: string): Promise<Answer | undefined> {
  const sentAt = performance.now();
  const answer = await connections.send(request);
  if (answer && answer.status < 300) return answer;
  if (answer && refusals.has(answer.status)) refused.push(performance.now() - sentAt);
  else {
    const failure = `${answer?.status ?? 'none'} ${request.split('/', 3).join('/')}`;
    failures[failure] = (failures[failure] ?? 0) + 1;
  }
  return undefined;
}

function contract(): string {
  return [
    `MASTER SERVICES AGREEMENT ${randomUUID()}`,
    'This Agreement is made as of January 15, 2026 between Alder Analytics, Inc. (the "Provider") and Birch Foods LLC.',
    '1. Term. This Agreement begins on the date above and continues for two (2) years.',
    '2. Governing Law. This Agreement is governed by the laws of the State of Delaware.',
    '3. Limitation of Liability. The liability of either party shall not exceed the fees paid in the last year.',
  ].join('\n\n');
}

function uploadOf(text: string): string {
  const body = `--x\r\nContent-Disposition: form-data; name="file"; filename="contract.txt"\r\nContent-Type: text/plain\r\n\r\n${text}\r\n--x--\r\n`;
  const form = `Content-Type: multipart/form-data; boundary=x\r\nContent-Length: ${body.length}\r\n`;
  return `POST /api/upload HTTP/1.1\r\n${headers}${form}\r\n${body}`;
}

/** An open loop, as users are: what is due is sent, however long the answers take. */
async function atRate(perSecond: number): Promise<void> {
  const underWay = new Set<Promise<void>>();
  for (let due = 0; performance.now() < endsAt; ) {
    for (; due < ((performance.now() - startedAt) / 1000) * perSecond; due += 1) {
      if (!connections.hasRoom) {
        unsent += 1;
        continue;
      }
      const asking = ask().finally(() => underWay.delete(asking));
      underWay.add(asking);
    }
    await sleep(1);
  }
  await Promise.race([Promise.all(underWay), sleep(patienceMs, undefined, { ref: false })]);
}

async function byTurns(atOnce: number): Promise<void> {
  const asker = async () => {
    while (performance.now() < endsAt) await ask();
  };
  await Promise.all(Array.from({ length: atOnce }, asker));
}

function timesOf(values: number[]): Times {
  values.sort((one, other) => one - other);
  const quantile = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
  return { count: values.length, p50: quantile(0.5), p99: quantile(0.99), max: values.at(-1) ?? 0 };
}

if ('atOnce' in pace) await byTurns(pace.atOnce);
else await atRate(pace.perSecond);
const result: LoadResult = { done: timesOf(done), refused: timesOf(refused), failures, unsent, seconds, durations };
process.stdout.write(JSON.stringify(result));
