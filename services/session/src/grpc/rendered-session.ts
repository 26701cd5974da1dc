import { type RenderedJson, renderJson } from '@contract-reviewer/platform/json/rendered-json';
import type { Session } from '../domain/session.ts';

/** Those that come from the cache are the same objects until they change. */
const rendered = new WeakMap<Session, RenderedJson>();

/** A session as REST gives it. */
export function renderSession(session: Session): RenderedJson {
  let json = rendered.get(session);
  if (!json) {
    json = renderJson({
      session_id: session.sessionId,
      user_id: session.userId,
      document_id: session.documentId,
      permissions: session.permissions,
      created_at: session.createdAt,
      expires_at: session.expiresAt,
      absolute_expires_at: session.absoluteExpiresAt,
    });
    rendered.set(session, json);
  }
  return json;
}
