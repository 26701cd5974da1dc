import type { CheckedFamily } from '@contract-reviewer/platform/cache/consistency-check';
import { isIdentifier } from '@contract-reviewer/platform/identifier';
import type { SessionId, StoredSession } from '../domain/session.ts';
import { sessionKey, sessionKeyPrefix } from './cache-keys.ts';
import { sessionCodec } from './session-codec.ts';

/** Reads several rows at once. */
export interface SessionRows {
  getMany(sessionIds: readonly SessionId[]): Promise<StoredSession[]>;
}

/** What the consistency check compares. */
export function checkedFamilies(rows: SessionRows): CheckedFamily<unknown>[] {
  const sessions: CheckedFamily<StoredSession> = {
    name: 'session',
    keyPrefix: sessionKeyPrefix,
    isKey: (key) => key.startsWith(sessionKeyPrefix) && isIdentifier(key.slice(sessionKeyPrefix.length)),
    codec: sessionCodec,
    load: async (keys) => {
      const found = await rows.getMany(keys.map((key) => key.slice(sessionKeyPrefix.length) as SessionId));
      const byKey = new Map(found.map((session) => [sessionKey(session.sessionId), session]));
      return new Map(keys.map((key) => [key, byKey.get(key)]));
    },
  };
  return [sessions];
}
