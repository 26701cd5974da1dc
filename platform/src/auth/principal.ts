import type { MonotonicMs } from '../clock.ts';
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

/** Whose call it is. */
export interface Identity {
  /** Who they are when the call begins. */
  principal: Principal;
  /** Until when others may rely on that, who were told of it; absent: not beyond the call. */
  until?: MonotonicMs;
  /**
   * Who they are now, which is to be asked again and again in a call that goes on.
   *
   * @throws {StatusError} UNAUTHENTICATED once the session has ended, UNAVAILABLE while nobody knows
   */
  current(): Promise<Principal>;
  /**
   * An assertion of the user that this service may present to the others that it calls for them.
   *
   * @throws {StatusError} UNAUTHENTICATED once the session has ended, UNAVAILABLE while nobody knows
   * @throws {Error} if it is not a user who calls
   */
  assertion(): Promise<string>;
}

/** What a call brings along to prove whose it is, as its metadata has it. */
export interface Credentials {
  /** `Bearer`, and the token of a session or of a service. */
  authorization: string | undefined;
  /** The assertion of the user for whom a service calls. */
  onBehalfOf: string | undefined;
}

/** Somebody whom nothing can be taken from while they call. */
export function lasting(principal: ServicePrincipal | AnonymousPrincipal): Identity {
  const assertion = () => Promise.reject(new Error('nobody is behind this call'));
  return { principal, current: async () => principal, assertion };
}

export const anonymous: Identity = lasting({ kind: 'anonymous' });

export interface Authenticator {
  /**
   * @throws {StatusError} UNAUTHENTICATED if they do not prove a live session or a known service
   */
  authenticate(credentials: Credentials): Promise<Identity>;

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
 * Lets those pass who look after the system: administrators, in a session that is not narrowed, and service accounts
 * with the scope `operate`.
 *
 * @throws {StatusError} PERMISSION_DENIED for anyone else
 */
export function requireOperator(principal: Principal): UserPrincipal {
  if (principal.kind === 'user' && (isAdministrator(principal) || principal.permissions.has('operate')))
    return principal;
  throw new StatusError('PERMISSION_DENIED', 'Only administrators may do this.', { reason: 'NOT_AN_ADMINISTRATOR' });
}

/** The same, and the gateway for itself. @throws {StatusError} PERMISSION_DENIED for anyone else */
export function requireOperatorOrGateway(principal: Principal): UserPrincipal | ServicePrincipal {
  return principal.kind === 'service' && principal.name === 'gateway' ? principal : requireOperator(principal);
}

function isAdministrator({ role, permissions, resourceId }: UserPrincipal): boolean {
  return role === 'admin' && permissions.has('admin') && resourceId === undefined;
}

/** @throws {StatusError} PERMISSION_DENIED unless one of the named services calls */
export function requireService(principal: Principal, ...names: string[]): ServicePrincipal {
  if (principal.kind === 'service' && names.includes(principal.name)) return principal;
  throw new StatusError('PERMISSION_DENIED', 'This call is for internal services.', { reason: 'SERVICE_REQUIRED' });
}
