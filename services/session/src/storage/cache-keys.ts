/** The only place where this service's Redis keys are made. */

const hour = 60 * 60 * 1000;

export const sessionTtlMs = hour;

export const sessionKeyPrefix = 'session:';

export function sessionKey(sessionId: string): string {
  return `${sessionKeyPrefix}${sessionId}`;
}
