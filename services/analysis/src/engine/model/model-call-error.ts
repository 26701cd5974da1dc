/**
 * - `unreachable`: no connection, or one that broke off.
 * - `timed_out`: no whole answer in the time that a call has.
 * - `rate_limited`: the server asks for patience.
 * - `overloaded`: the server failed, and may not the next time.
 * - `refused`: the server will give the same answer however often it is asked: wrong key, no such model, a redirect.
 * - `too_long`: section and answer do not fit into the context together; shorter sections may.
 * - `unusable`: an answer came, and it is not what was asked for.
 */
export type ModelCallErrorKind =
  | 'unreachable'
  | 'timed_out'
  | 'rate_limited'
  | 'overloaded'
  | 'refused'
  | 'too_long'
  | 'unusable';

/** A call to a language model failed. The message is for people, and has nothing in it that the server wrote. */
export class ModelCallError extends Error {
  override readonly name = 'ModelCallError';
  readonly kind: ModelCallErrorKind;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: ModelCallErrorKind,
    message: string,
    { retryAfterMs, cause }: { retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}
