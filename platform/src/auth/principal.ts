import { StatusError } from '../errors.ts';

/** A person's session, or one of our own processes acting for itself, or nobody. */
export type Principal = UserPrincipal | ServicePrincipal | AnonymousPrincipal;

export interface UserPrincipal {
  kind: 'user';
  userId: string;
  role: string;
  sessionId: string;
  /** Set when the session is narrowed to one resource. */
  resourceId?: string;
  permissions: ReadonlySet<string>;
}

export interface ServicePrincipal {
  kind: 'service';
  name: string;
}

export interface AnonymousPrincipal {
  kind: 'anonymous';
}

export const anonymous: AnonymousPrincipal = { kind: 'anonymous' };

export interface Authenticator {
  /**
   * @param authorization the value of the `authorization` metadata, if the call had one
   * @throws {StatusError} UNAUTHENTICATED if it does not name a live session or a known service
   */
  authenticate(authorization: string | undefined): Promise<Principal>;

  /** The service whose token the `authorization` metadata holds; undefined if it holds none that is trusted. */
  serviceIn(authorization: string | undefined): string | undefined;
}

export function unauthenticated(
  message = 'Log in first, then send the token as "authorization: Bearer <token>".',
): StatusError {
  return new StatusError('UNAUTHENTICATED', message, { reason: 'UNAUTHENTICATED' });
}

/** @throws {StatusError} PERMISSION_DENIED unless a user calls */
export function requireUser(principal: Principal): UserPrincipal {
  if (principal.kind === 'user') return principal;
  throw new StatusError('PERMISSION_DENIED', 'This call is for users; a service account has no use for it.', {
    reason: 'USER_REQUIRED',
  });
}

/**
 * Lets those pass who look after the system: administrators, in a session that is not narrowed, and the gateway.
 *
 * @throws {StatusError} PERMISSION_DENIED for anyone else
 */
export function requireOperator(principal: Principal): UserPrincipal | ServicePrincipal {
  if (principal.kind === 'service' && principal.name === 'gateway') return principal;
  if (principal.kind === 'user' && isAdministrator(principal)) return principal;
  throw notAnAdministrator();
}

/** @throws {StatusError} PERMISSION_DENIED unless an administrator calls, in a session that is not narrowed */
export function requireAdministrator(principal: Principal): UserPrincipal {
  if (principal.kind === 'user' && isAdministrator(principal)) return principal;
  throw notAnAdministrator();
}

function notAnAdministrator(): StatusError {
  return new StatusError('PERMISSION_DENIED', 'Only administrators may do this.', { reason: 'NOT_AN_ADMINISTRATOR' });
}

function isAdministrator({ role, permissions, resourceId }: UserPrincipal): boolean {
  return role === 'admin' && permissions.has('admin') && resourceId === undefined;
}

/** @throws {StatusError} PERMISSION_DENIED unless one of the named services calls */
export function requireService(principal: Principal, ...names: string[]): ServicePrincipal {
  if (principal.kind === 'service' && names.includes(principal.name)) return principal;
  throw new StatusError('PERMISSION_DENIED', 'This call is for internal services.', { reason: 'SERVICE_REQUIRED' });
}
