import { SessionError } from './domain/errors.ts';

const busyRetryMs = 5000;

/** Bounds how many go over the whole audit log at once: each keeps a processor busy, and PostgreSQL, until it ends. */
export class AuditWalks {
  readonly #atOnce: number;
  #running = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Begins one, which ends when what is returned is disposed of. @throws {SessionError} audit_log_busy */
  begin(): Disposable {
    if (this.#running >= this.#atOnce) {
      throw new SessionError('audit_log_busy', 'The audit log is being gone through for others. Try again shortly.', {
        retryAfterMs: busyRetryMs,
      });
    }
    this.#running += 1;
    return {
      [Symbol.dispose]: () => {
        this.#running -= 1;
      },
    };
  }
}
