import { requireService, type ServicePrincipal } from '@contract-reviewer/platform/auth/principal';
import { StatusError } from '@contract-reviewer/platform/errors';
import { toDuration } from '@contract-reviewer/platform/grpc/duration';
import type { CallContext, Handlers } from '@contract-reviewer/platform/grpc/handler';
import { RequestValidation } from '@contract-reviewer/platform/grpc/request-validation';
import type { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import type { AssertedSession, Authentication } from '../authentication.ts';
import type { SessionId } from '../domain/session.ts';
import type { CheckedSession } from '../sessions.ts';

export type AuthenticationHandlers = Pick<
  Handlers<typeof SessionServiceService>,
  'authenticateSession' | 'checkSession'
>;

/** The services that assertions are made for. */
const audiences = ['document', 'analysis', 'session'] as const;
const maxAssertionLength = 4096;

/** What the other services ask about sessions. */
export function authenticationHandlers(authentication: Authentication): AuthenticationHandlers {
  return {
    async authenticateSession({ token, audience }, { principal }) {
      const service = otherService(principal);
      if (audience === undefined) return checkedMessage(await authentication.authenticate(token));
      new RequestValidation().oneOf('audience', audience, audiences).throwIfInvalid();
      if (service.name !== 'gateway' && service.name !== audience) throw foreignAudience();
      return assertedMessage(await authentication.assert(token, audience));
    },

    async checkSession({ sessionId, assertion }, { principal }) {
      const service = otherService(principal);
      const validation = new RequestValidation().identifier('session_id', sessionId);
      if (assertion !== undefined) validation.text('assertion', assertion, maxAssertionLength);
      validation.throwIfInvalid();
      const id = sessionId as SessionId;
      return assertion === undefined
        ? checkedMessage(await authentication.check(id))
        : assertedMessage(await authentication.renew(assertion, id, service.name));
    },
  };
}

function otherService(principal: CallContext['principal']): ServicePrincipal {
  return requireService(principal, 'document', 'analysis', 'gateway');
}

function checkedMessage({ session, validForMs }: CheckedSession) {
  return { session, role: session.role, validFor: toDuration(validForMs), assertionExpiresIn: undefined };
}

function assertedMessage({ assertion, assertionExpiresInMs, ...checked }: AssertedSession) {
  return { ...checkedMessage(checked), assertion, assertionExpiresIn: toDuration(assertionExpiresInMs) };
}

function foreignAudience(): StatusError {
  return new StatusError('PERMISSION_DENIED', 'A service is given assertions for itself alone.', {
    reason: 'FOREIGN_AUDIENCE',
  });
}
