import { SessionError } from './domain/errors.ts';
import type { Session } from './domain/session.ts';

/** A session administers if its user does and it was not narrowed away from it. */
export function isAdministrator(session: Session): boolean {
  return session.role === 'admin' && session.documentId === undefined && session.permissions.includes('admin');
}

/** @throws {SessionError} not_an_administrator */
export function requireAdministrator(session: Session): void {
  if (!isAdministrator(session)) throw notAnAdministrator();
}

/** Lets administrators pass, and service accounts that may read the audit log. @throws {SessionError} not_an_administrator */
export function requireAuditor(session: Session): void {
  if (!isAdministrator(session) && !session.permissions.includes('audit')) throw notAnAdministrator();
}

/** Lets those pass who log in. @throws {SessionError} not_a_person */
export function requirePerson({ role }: Session): void {
  if (role !== 'service') return;
  throw new SessionError(
    'not_a_person',
    'A service account has no password and no sessions of its own to manage; administrators give it credentials.',
  );
}

function notAnAdministrator(): SessionError {
  return new SessionError('not_an_administrator', 'Only administrators may do this.');
}
