import { requireUser } from '@contract-reviewer/platform/auth/principal';
import type { CallContext } from '@contract-reviewer/platform/grpc/handler';
import type { Session, SessionId } from '../domain/session.ts';
import type { Sessions } from '../sessions.ts';

/** The caller's own session, whole. The authenticator has just looked it up, so this is a cache hit. */
export function ownSession(sessions: Sessions): (context: CallContext) => Promise<Session> {
  return ({ principal }) => sessions.getOwn(requireUser(principal).sessionId as SessionId);
}
