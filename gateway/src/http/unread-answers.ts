import { StatusError } from '@contract-reviewer/platform/errors';
import type { FastifyInstance } from 'fastify';
import type { KnownCallers } from '../known-callers.ts';
import { tokenOf } from './bearer.ts';
import { addressOf } from './calls.ts';
import { makeProblem } from './problem.ts';
import { whenOver } from './request-end.ts';

/** What is smaller is in the buffers of the operating system as soon as it is sent. */
const smallBytes = 64 * 1024;
const maxBytes = 128 * 1024 * 1024;
/** No user may keep the others from large answers by not reading their own. */
const maxBytesPerReader = maxBytes / 4;
/** Who takes nothing of an answer for that long has gone, or does not want it. */
const defaultIdleMs = 30_000;

/** The answers that their clients have not taken yet, which are in memory for as long as that takes. */
export class UnreadAnswers {
  readonly #ofReaders = new Map<string, number>();
  #bytes = 0;

  /**
   * Takes account of an answer, unless there is too much already. An answer that is alone may be of any size.
   *
   * @param reader whose answer it is
   */
  add(reader: string, bytes: number): boolean {
    const own = this.#ofReaders.get(reader) ?? 0;
    if ((own > 0 && own + bytes > maxBytesPerReader) || (this.#bytes > 0 && this.#bytes + bytes > maxBytes))
      return false;
    this.#ofReaders.set(reader, own + bytes);
    this.#bytes += bytes;
    return true;
  }

  /** The answer was taken, or never will be. */
  remove(reader: string, bytes: number): void {
    const left = (this.#ofReaders.get(reader) ?? 0) - bytes;
    if (left > 0) this.#ofReaders.set(reader, left);
    else this.#ofReaders.delete(reader);
    this.#bytes -= bytes;
  }
}

/**
 * Bounds the memory that large answers take whose clients do not read them, or not as fast as they ask: what is too much is
 * refused, and a connection on which nothing moves is closed.
 */
export function boundUnreadAnswers(
  server: FastifyInstance,
  callers: KnownCallers,
  { idleMs = defaultIdleMs }: { idleMs?: number } = {},
): void {
  const unread = new UnreadAnswers();
  server.addHook('onSend', (request, reply, payload, done) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
    // What has changed something must not be told to come again, and its answers are small.
    if (request.method !== 'GET' || bytes < smallBytes || reply.raw.closed) return done(null, payload);
    const reader = callers.userOf(tokenOf(request)) ?? addressOf(request) ?? '';
    if (!unread.add(reader, bytes)) return done(null, makeProblem(reply, tooMuchUnread()));
    whenOver(reply, () => unread.remove(reader, bytes));
    reply.raw.setTimeout(idleMs, () => reply.raw.destroy());
    done(null, payload);
  });
}

function tooMuchUnread(): StatusError {
  return new StatusError(
    'RESOURCE_EXHAUSTED',
    'Too many large answers have not been read yet. Read those that you asked for, then ask again.',
    { reason: 'OVERLOADED', retryAfterMs: 1000 },
  );
}
