import type { Metadata } from '@grpc/grpc-js';

/** A stream lives as long as its client wants, within a day. */
export const streamDeadlineMs = 24 * 60 * 60 * 1000;

/** Several values are one that means nothing, so that nobody has to agree on which of them counts. */
export function valueIn(metadata: Metadata, key: string): string | undefined {
  const values = metadata.get(key);
  return values.length === 0 ? undefined : values.join(',');
}

/** @returns milliseconds since the epoch */
export function deadlineOf(call: { getDeadline(): Date | number }, fallbackMs: number): number {
  const deadline = Number(call.getDeadline());
  // Timers cannot be set to weeks, and no call needs them.
  return Number.isFinite(deadline) ? Math.min(deadline, Date.now() + streamDeadlineMs) : Date.now() + fallbackMs;
}
