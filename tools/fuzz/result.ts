import type { Kind } from './target.ts';

/** What became of the requests to a route or an RPC. */
export interface TargetResult {
  name: string;
  side: 'rest' | 'grpc';
  /** How often each status was answered to each kind of request. */
  answers: Record<Kind, Record<string, number>>;
}

/** A forbidden outcome, and the smallest request found that brings it about. */
export interface Finding {
  target: string;
  kind: Kind;
  /** The request, as text. */
  request: string;
  outcome: string;
}

export interface MemoryUse {
  process: string;
  /** Own memory once it was warmed up, and at the end, in bytes. */
  warm: number;
  end: number;
  isWithinBound: boolean;
}

export interface Result {
  seed: number;
  seconds: number;
  targets: TargetResult[];
  findings: Finding[];
  memory: MemoryUse[];
  /** Processes that ended, which none should. */
  unexpectedEnds: string[];
}

/** How many requests of that kind were sent. */
export function countOf({ answers }: TargetResult, kind: Kind): number {
  return Object.values(answers[kind]).reduce((sum, count) => sum + count, 0);
}

export function isClean({ findings, memory, unexpectedEnds }: Result): boolean {
  return findings.length === 0 && unexpectedEnds.length === 0 && memory.every(({ isWithinBound }) => isWithinBound);
}
