import { requireService, requireUser, type UserPrincipal } from '@contract-reviewer/platform/auth/principal';
import type { CacheHandlers } from '@contract-reviewer/platform/grpc/cache-handlers';
import type { CallContext, Handlers } from '@contract-reviewer/platform/grpc/handler';
import { RequestValidation } from '@contract-reviewer/platform/grpc/request-validation';
import type { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import type { Accounts } from '../accounts.ts';
import type { AuditLog } from '../audit-log.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import { type Permission, permissions, type Session, type SessionId } from '../domain/session.ts';
import { passwordLength, type Role, roles, type UserId } from '../domain/user.ts';
import type { Sessions } from '../sessions.ts';

export interface UseCases {
  accounts: Accounts;
  sessions: Sessions;
  auditLog: AuditLog;
}

const maxPageSize = 1000;
const defaultPageSize = 100;
const maxOffset = 1_000_000;

export function sessionHandlers({
  accounts,
  sessions,
  auditLog,
}: UseCases): Omit<Handlers<typeof SessionServiceService>, keyof CacheHandlers> {
  /** The caller's own session, whole. The authenticator has just looked it up, so this is a cache hit. */
  const own = ({ principal }: CallContext): Promise<Session> => {
    const user: UserPrincipal = requireUser(principal);
    return sessions.getOwn(user.sessionId as SessionId);
  };

  return {
    async login({ email, password }) {
      new RequestValidation()
        .email('email', email)
        .length('password', password, 1, passwordLength.max)
        .throwIfInvalid();
      return accounts.login(email, password);
    },

    async changePassword({ currentPassword, newPassword }, context) {
      new RequestValidation()
        .length('current_password', currentPassword, 1, passwordLength.max)
        .length('new_password', newPassword, passwordLength.min, passwordLength.max)
        .throwIfInvalid();
      await accounts.changePassword(await own(context), currentPassword, newPassword);
      return {};
    },

    async createSession({ documentId, permissions: wanted }, context) {
      const validation = new RequestValidation();
      if (documentId !== undefined) validation.identifier('document_id', documentId);
      for (const permission of wanted) validation.oneOf('permissions', permission, permissions);
      validation.throwIfInvalid();
      return sessions.openNarrowed(await own(context), {
        ...(documentId === undefined ? {} : { documentId }),
        permissions: wanted as Permission[],
      });
    },

    async getSession({ sessionId }, context) {
      new RequestValidation().identifier('session_id', sessionId).throwIfInvalid();
      return { session: await sessions.get(await own(context), sessionId as SessionId) };
    },

    async listSessions(_request, context) {
      return { sessions: await sessions.list(await own(context)) };
    },

    async revokeSession({ sessionId }, context) {
      new RequestValidation().identifier('session_id', sessionId).throwIfInvalid();
      await sessions.revoke(await own(context), sessionId as SessionId);
      return {};
    },

    async revokeAllSessions(_request, context) {
      return { revokedCount: await sessions.revokeAll(await own(context)) };
    },

    async authenticateSession({ token }, { principal }) {
      requireService(principal, 'document', 'analysis', 'gateway');
      const session = await sessions.authenticate(token);
      return { session, role: session.role };
    },

    async createUser({ email, password, role }, context) {
      const wantedRole = role === '' ? 'user' : role;
      new RequestValidation()
        .email('email', email)
        .length('password', password, passwordLength.min, passwordLength.max)
        .oneOf('role', wantedRole, roles)
        .throwIfInvalid();
      return { user: await accounts.createUser(await own(context), { email, password, role: wantedRole as Role }) };
    },

    async getUser({ userId }, context) {
      new RequestValidation().identifier('user_id', userId).throwIfInvalid();
      return { user: await accounts.getUser(await own(context), userId as UserId) };
    },

    async findUser({ email }, context) {
      new RequestValidation().email('email', email).throwIfInvalid();
      return { user: await accounts.findUser(await own(context), email) };
    },

    async updateUser({ userId, disabled, role, password }, context) {
      const validation = new RequestValidation().identifier('user_id', userId);
      if (role !== undefined) validation.oneOf('role', role, roles);
      if (password !== undefined) validation.length('password', password, passwordLength.min, passwordLength.max);
      validation.throwIfInvalid();
      const change = {
        ...(disabled === undefined ? {} : { disabled }),
        ...(role === undefined ? {} : { role: role as Role }),
        ...(password === undefined ? {} : { password }),
      };
      return { user: await accounts.updateUser(await own(context), userId as UserId, change) };
    },

    async listAuditEvents({ limit, offset, type, userId, documentId, analysisId }, context) {
      const page = { limit: limit === 0 ? defaultPageSize : limit, offset };
      const validation = new RequestValidation()
        .range('limit', page.limit, 1, maxPageSize)
        .range('offset', offset, 0, maxOffset);
      if (type !== undefined) validation.identifier('type', type);
      if (userId !== undefined) validation.identifier('user_id', userId);
      if (documentId !== undefined) validation.identifier('document_id', documentId);
      if (analysisId !== undefined) validation.identifier('analysis_id', analysisId);
      validation.throwIfInvalid();
      const filter = {
        ...(type === undefined ? {} : { type }),
        ...(userId === undefined ? {} : { userId }),
        ...(documentId === undefined ? {} : { documentId }),
        ...(analysisId === undefined ? {} : { analysisId }),
      };
      return { ...(await auditLog.list(await own(context), filter, page)), ...page };
    },

    async recordAuditEvents({ events }, { principal }) {
      requireService(principal, 'document', 'analysis', 'gateway');
      const validation = new RequestValidation().range('events', events.length, 1, maxPageSize);
      const now = new Date();
      const complete = events.map(({ occurredAt, details, ...event }): AuditEvent => {
        validation.uuid('events.event_id', event.eventId).text('events.type', event.type, 100);
        return { ...withoutUndefined(event), occurredAt: occurredAt ?? now, details: details ?? {} };
      });
      validation.throwIfInvalid();
      await auditLog.record(complete);
      return {};
    },
  };
}

/** Protobuf's absent fields are `undefined` properties; the domain's are no properties at all. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
