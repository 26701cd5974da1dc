import { outcomeOf, outcomes } from '@contract-reviewer/platform/audit/audit-event-types';
import type { AuditHead } from '@contract-reviewer/platform/audit/audit-head';
import { formatRecord } from '@contract-reviewer/platform/audit/audit-records';
import type { Fault } from '@contract-reviewer/platform/audit/audit-verdict';
import { requireService } from '@contract-reviewer/platform/auth/principal';
import type { CacheHandlers } from '@contract-reviewer/platform/grpc/cache-handlers';
import type { Handlers } from '@contract-reviewer/platform/grpc/handler';
import { RequestValidation } from '@contract-reviewer/platform/grpc/request-validation';
import type {
  AuditFault,
  AuditHead as AuditHeadMessage,
  SessionServiceService,
} from '@contract-reviewer/proto/session/v1/session';
import type { Accounts } from '../accounts.ts';
import { requireAuditor } from '../administrators.ts';
import type { AuditExports } from '../audit-exports.ts';
import type { AuditHeads } from '../audit-heads.ts';
import type { AuditLog } from '../audit-log.ts';
import type { AuditRetention } from '../audit-retention.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import { type Permission, permissionsOf, type SessionId } from '../domain/session.ts';
import { passwordLength, type Role, roles, type UserId } from '../domain/user.ts';
import type { Sessions } from '../sessions.ts';
import type { AuthenticationHandlers } from './authentication-handlers.ts';
import { ownSession } from './own-session.ts';
import { renderSession } from './rendered-session.ts';
import type { ServiceAccountHandlers } from './service-account-handlers.ts';

export interface UseCases {
  accounts: Accounts;
  sessions: Sessions;
  auditLog: AuditLog;
  auditHeads: AuditHeads;
  auditExports: AuditExports;
  auditRetention: AuditRetention;
}

const maxPageSize = 1000;
const defaultPageSize = 100;
const maxOffset = 1_000_000;
/** Lines of an export in one message. */
const exportedAtOnce = 200;

export function sessionHandlers({
  accounts,
  sessions,
  auditLog,
  auditHeads,
  auditExports,
  auditRetention,
}: UseCases): Omit<
  Handlers<typeof SessionServiceService>,
  keyof CacheHandlers | keyof ServiceAccountHandlers | keyof AuthenticationHandlers
> {
  const own = ownSession(sessions);

  return {
    async login({ email, password }, { clientAddress }) {
      new RequestValidation()
        .email('email', email)
        .length('password', password, 1, passwordLength.max)
        .throwIfInvalid();
      return accounts.login({ email, password }, clientAddress);
    },

    async changePassword({ currentPassword, newPassword }, context) {
      new RequestValidation()
        .length('current_password', currentPassword, 1, passwordLength.max)
        .length('new_password', newPassword, passwordLength.min, passwordLength.max)
        .throwIfInvalid();
      const change = { currentPassword, newPassword };
      await accounts.changePassword(await own(context), change, context.clientAddress);
      return {};
    },

    async createSession({ documentId, permissions: wanted }, context) {
      const validation = new RequestValidation();
      if (documentId !== undefined) validation.identifier('document_id', documentId);
      for (const permission of wanted) validation.oneOf('permissions', permission, permissionsOf('admin'));
      validation.throwIfInvalid();
      return sessions.openNarrowed(await own(context), {
        ...(documentId === undefined ? {} : { documentId }),
        permissions: wanted as Permission[],
      });
    },

    async getSession({ sessionId, asJson }, context) {
      new RequestValidation().identifier('session_id', sessionId).throwIfInvalid();
      const session = await sessions.get(await own(context), sessionId as SessionId);
      return asJson ? { session: undefined, json: renderSession(session) } : { session };
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

    async listUsers({ limit, offset }, context) {
      const page = { limit: limit === 0 ? defaultPageSize : limit, offset };
      new RequestValidation()
        .range('limit', page.limit, 1, maxPageSize)
        .range('offset', offset, 0, maxOffset)
        .throwIfInvalid();
      return { ...(await accounts.listUsers(await own(context), page)), ...page };
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

    async checkUser({ userId }, { principal }) {
      requireService(principal, 'document');
      new RequestValidation().identifier('user_id', userId).throwIfInvalid();
      return { state: await accounts.stateOf(userId as UserId) };
    },

    async listAuditEvents({ limit, offset, ...wanted }, context) {
      const { type, userId, sessionId, documentId, analysisId, outcome } = wanted;
      const page = { limit: limit === 0 ? defaultPageSize : limit, offset };
      const validation = new RequestValidation()
        .range('limit', page.limit, 1, maxPageSize)
        .range('offset', offset, 0, maxOffset);
      if (type !== undefined) validation.identifier('type', type);
      if (userId !== undefined) validation.identifier('user_id', userId);
      if (sessionId !== undefined) validation.identifier('session_id', sessionId);
      if (documentId !== undefined) validation.identifier('document_id', documentId);
      if (analysisId !== undefined) validation.identifier('analysis_id', analysisId);
      if (outcome !== undefined) validation.oneOf('outcome', outcome, outcomes);
      if (wanted.from) validation.timestamp('from', wanted.from);
      if (wanted.until) validation.timestamp('until', wanted.until);
      validation.throwIfInvalid();
      const { events, totalCount } = await auditLog.list(await own(context), withoutUndefined(wanted), page);
      return { events: events.map((event) => ({ ...event, sequence: BigInt(event.sequence) })), totalCount, ...page };
    },

    async recordAuditEvents({ events }, { principal }) {
      const { name } = requireService(principal, 'document', 'analysis', 'gateway');
      const validation = new RequestValidation().range('events', events.length, 1, maxPageSize);
      const now = new Date();
      const complete = events.map((event): AuditEvent => {
        const { eventId, type, service, userId, sessionId, documentId, analysisId } = event;
        const outcome = event.outcome ?? outcomeOf(type);
        validation.uuid('events.event_id', eventId).text('events.type', type, 100);
        // Whoever got into one service cannot have the log say that another one did something.
        validation.check('events.service', service === name, 'must be the service that calls');
        validation.oneOf('events.outcome', outcome, outcomes);
        if (userId !== undefined) validation.identifier('events.user_id', userId);
        if (sessionId !== undefined) validation.identifier('events.session_id', sessionId);
        if (documentId !== undefined) validation.identifier('events.document_id', documentId);
        if (analysisId !== undefined) validation.identifier('events.analysis_id', analysisId);
        return {
          ...withoutUndefined({ eventId, type, service, userId, sessionId, documentId, analysisId }),
          outcome,
          occurredAt: event.occurredAt ?? now,
          details: event.details ?? {},
        };
      });
      validation.throwIfInvalid();
      await auditLog.record(complete);
      return {};
    },

    async getAuditHead(_request, context) {
      const { head, keys, earlierHeads } = await auditHeads.current(await own(context));
      return { head: headMessage(head), keys: [...keys], earlierHeads: earlierHeads.map(headMessage) };
    },

    async verifyAuditLog(_request, context) {
      const { logId, firstSequence, size, checked, heads, erased, fault } = await auditExports.verify(
        await own(context),
      );
      return {
        logId,
        firstSequence: BigInt(firstSequence),
        size: BigInt(size),
        checked: BigInt(checked),
        heads: BigInt(heads),
        erased: BigInt(erased),
        ...(fault && { fault: faultMessage(fault) }),
      };
    },

    async *exportAuditLog({ before }, context) {
      if (before) new RequestValidation().timestamp('before', before).throwIfInvalid();
      context.recheck(async () => requireAuditor(await own(context)));
      let lines: string[] = [];
      for await (const record of auditExports.export(await own(context), before)) {
        lines.push(formatRecord(record));
        if (lines.length < exportedAtOnce) continue;
        yield { lines };
        lines = [];
      }
      yield { lines };
    },

    async sealAuditLog({ sealedSize, rootHash, archiveSha256 }, context) {
      new RequestValidation()
        .range('sealed_size', Number(sealedSize), 1, Number.MAX_SAFE_INTEGER)
        .sha256('root_hash', rootHash)
        .sha256('archive_sha256', archiveSha256)
        .throwIfInvalid();
      const archive = { sealedSize: Number(sealedSize), rootHash, sha256: archiveSha256 };
      return { removedCount: BigInt(await auditRetention.seal(await own(context), archive)) };
    },

    async eraseUserData({ userId }, context) {
      new RequestValidation().identifier('user_id', userId).throwIfInvalid();
      return { erasedCount: BigInt(await auditRetention.erase(await own(context), userId as UserId)) };
    },
  };
}

function headMessage({ size, ...head }: AuditHead): AuditHeadMessage {
  return { ...head, size: BigInt(size) };
}

function faultMessage({ sequence, ...fault }: Fault): AuditFault {
  return { ...fault, ...(sequence === undefined ? {} : { sequence: BigInt(sequence) }) };
}

/** Protobuf's absent fields are `undefined` properties; the domain's are no properties at all. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
