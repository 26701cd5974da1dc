import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';

/** What a client asks for, over and over. */
export interface Load {
  port: number;
  method: 'GET' | 'POST';
  /** Taken in turn. */
  paths: readonly string[];
  headers: Record<string, string>;
  body?: string;
  connections: number;
  seconds: number;
}

export interface LoadResult {
  /** Answers with a status of success. */
  answers: number;
  /** Other statuses, broken connections, and requests without an answer in time. */
  failures: number;
  /** Of the answers, how many said that a cache had served them. */
  hits: number;
  seconds: number;
  /** Of the answers, in milliseconds. */
  p50Ms: number;
  p99Ms: number;
}

/** Runs the client in a process of its own, so that it takes no turns from whoever measures. */
export async function runLoad(load: Load, signal: AbortSignal): Promise<LoadResult> {
  const client = spawn(process.execPath, [new URL('load-client.ts', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
  });
  const ended = once(client, 'exit');
  client.stdin.end(JSON.stringify(load));
  const [result, [code]] = await Promise.all([json(client.stdout), ended as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`the load client ended with ${code}`);
  return result as LoadResult;
}
