import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';

/** What is asked for: something that the caches have, or a review of a contract that is uploaded first. */
export type Asked = { kind: 'read'; paths: readonly string[] } | { kind: 'review' };

/** How often: at a rate, whatever becomes of it, or by so many who each wait for their answer. */
export type Pace = { perSecond: number } | { atOnce: number };

export interface Load {
  port: number;
  token: string;
  asked: Asked;
  pace: Pace;
  /** How many requests may be open at a rate. */
  connections: number;
  seconds: number;
}

export interface Times {
  count: number;
  /** In milliseconds. */
  p50: number;
  p99: number;
  max: number;
}

export interface LoadResult {
  /** What was done: a read that was answered, a review that ended. */
  done: Times;
  /** Answers of 429 and 503, from when the request was sent. */
  refused: Times;
  /** Any other answer, or `none`: how often, by the HTTP status and what was asked. */
  failures: Readonly<Record<string, number>>;
  /** What could not be sent because all connections waited for answers. */
  unsent: number;
  seconds: number;
  /** When the first of those ended that were done and quick, and the same after it, in milliseconds from the beginning. */
  durations: readonly { at: number; ms: number }[];
}

/** Runs a load in a process of its own, so that it takes no turns from whoever measures. */
export async function runLoad(load: Load, signal: AbortSignal): Promise<LoadResult> {
  const child = spawn(process.execPath, [new URL('load-process.ts', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  child.stdin.end(JSON.stringify(load));
  const [result, [code]] = await Promise.all([json(child.stdout), ended]);
  if (code !== 0) throw new Error(`the load ended with ${code}`);
  return result as LoadResult;
}
