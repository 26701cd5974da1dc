import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { StatusError } from '@contract-reviewer/platform/errors';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { HealthService } from '@contract-reviewer/proto/grpc/health/v1/health';
import { compiledCode } from '../stack/repository.ts';
import { residentBytes } from './memory.ts';

const concurrency = 50;
/** A channel that is stuck shows as calls that run out of time. */
const timeoutMs = 5000;
/** By then all code is compiled, and all buffers have their size. */
const warmUpShare = 0.2;

export interface Endurance {
  calls: number;
  seconds: number;
  /** By status code. */
  failures: Record<string, number>;
  /** By how much of what it was after the warm-up each process's memory has grown. */
  growth: { client: number; server: number };
}

/** Makes that many calls over one channel, to a server in a process of its own that renews the connection every 5 s. */
export async function measureEndurance(calls: number, signal: AbortSignal): Promise<Endurance> {
  const server = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), { env: { ...compiledCode } });
  const exited = once(server, 'exit');
  try {
    const [port] = (await once(server, 'message', { signal })) as [number];
    using client = createClient(HealthService, { address: `127.0.0.1:${port}` });
    const failures: Record<string, number> = {};
    const callMany = async (count: number) => {
      let left = count;
      const worker = async () => {
        while (left > 0) {
          signal.throwIfAborted();
          left -= 1;
          try {
            await client.check({ service: '' }, { timeoutMs });
          } catch (error) {
            if (!(error instanceof StatusError)) throw error;
            failures[error.code] = (failures[error.code] ?? 0) + 1;
          }
        }
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
    };
    const startedAt = performance.now();
    const warmUpCalls = Math.floor(calls * warmUpShare);
    await callMany(warmUpCalls);
    const warm = { client: residentBytes(), server: await residentBytesOf(server) };
    await callMany(calls - warmUpCalls);
    const last = { client: residentBytes(), server: await residentBytesOf(server) };
    return {
      calls,
      seconds: (performance.now() - startedAt) / 1000,
      failures,
      growth: { client: last.client / warm.client - 1, server: last.server / warm.server - 1 },
    };
  } finally {
    if (server.connected) server.disconnect();
    await exited;
  }
}

async function residentBytesOf(server: ChildProcess): Promise<number> {
  const answer = once(server, 'message');
  server.send('memory');
  return ((await answer) as [number])[0];
}
