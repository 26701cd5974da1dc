import { StatusError } from '../errors.ts';

/** The move is not where it would have to be for what was asked. The message says what to do first. */
export function refused(reason: string, message: string, metadata: Record<string, string> = {}): StatusError {
  return new StatusError('FAILED_PRECONDITION', message, { reason, metadata });
}

export function alreadyRunning(): StatusError {
  return refused('MIGRATION_IS_RUNNING', 'A backfill, or a change of the phase, is running. Wait until it has ended.');
}
