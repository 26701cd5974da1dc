import { DatabaseError } from 'pg';

/** Conditions by SQLSTATE; see https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const uniqueViolation = '23505';
const statementTimeout = '57014';
const lockNotAvailable = '55P03';
/** Classes 22 (data exception), 23 (integrity constraint violation), 54 (program limit exceeded). */
const valueClasses = ['22', '23', '54'];
/** What a server in recovery, or one that was set to be read-only, answers to a write. */
const readOnlyTransaction = '25006';
/** Classes 08 (connection), 53 (out of resources), 57P (shutdown, crash, starting up). */
const connectionClasses = ['08', '53', '57P'];

/** What node-postgres and the system report when there is no database at the other end. */
const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);

export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return (
    error instanceof DatabaseError &&
    error.code === uniqueViolation &&
    (constraint === undefined || error.constraint === constraint)
  );
}

export function isStatementTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === statementTimeout;
}

/** Whether a lock could not be had within `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === lockNotAvailable;
}

/** Whether PostgreSQL refused the values of a statement, as it would again. */
export function isValueError(error: unknown): boolean {
  return error instanceof DatabaseError && valueClasses.some((prefix) => error.code?.startsWith(prefix) ?? false);
}

/** Whether another connection, or the same one a while later, may well do what this one did not. */
export function isConnectionError(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true;
  if (error instanceof DatabaseError) {
    const { code = '' } = error;
    return code === readOnlyTransaction || connectionClasses.some((prefix) => code.startsWith(prefix));
  }
  return error instanceof Error && 'code' in error && socketCodes.has(String(error.code));
}

/** A statement was prepared on this connection before a migration changed what it returns. */
export function isOutdatedPlan(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery';
}
