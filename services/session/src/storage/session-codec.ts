import type { Codec } from '@contract-reviewer/platform/cache/entry';
import { toCamelCase, toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import { z } from 'zod';
import { permissions, type SessionId, type StoredSession } from '../domain/session.ts';
import type { UserId } from '../domain/user.ts';

const instant = z.iso.datetime().transform((text) => new Date(text));

const schema = z.object({
  sessionId: z.string().transform((id) => id as SessionId),
  userId: z.string().transform((id) => id as UserId),
  role: z.enum(['user', 'admin', 'service']),
  secretHash: z.string().regex(/^[0-9a-f]{64}$/),
  documentId: z.string().optional(),
  permissions: z.array(z.enum(permissions)),
  createdAt: instant,
  lastUsedAt: instant,
  expiresAt: instant.optional(),
  absoluteExpiresAt: instant.optional(),
});

/** A session as Redis holds it. */
export const sessionCodec: Codec<StoredSession> = {
  version: 1,
  toJson: toSnakeCase,
  fromJson: (json) => schema.parse(toCamelCase(json)) as StoredSession,
};
