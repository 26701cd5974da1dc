import type { CallContext, Handlers } from '@contract-reviewer/platform/grpc/handler';
import { RequestValidation } from '@contract-reviewer/platform/grpc/request-validation';
import type { SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import { type Scope, scopes } from '../domain/service-account.ts';
import type { Session, SessionId } from '../domain/session.ts';
import type { UserId } from '../domain/user.ts';
import type { ServiceAccounts } from '../service-accounts.ts';

export type ServiceAccountHandlers = Pick<
  Handlers<typeof SessionServiceService>,
  | 'createServiceAccount'
  | 'getServiceAccount'
  | 'listServiceAccounts'
  | 'updateServiceAccount'
  | 'deleteServiceAccount'
  | 'createCredential'
  | 'listCredentials'
  | 'revokeCredential'
>;

const maxNameLength = 100;

/** @param own the caller's own session */
export function serviceAccountHandlers(
  serviceAccounts: ServiceAccounts,
  own: (context: CallContext) => Promise<Session>,
): ServiceAccountHandlers {
  return {
    async createServiceAccount({ name, scopes: wanted }, context) {
      const validation = new RequestValidation().text('name', name, maxNameLength);
      checkScopes(validation, wanted).throwIfInvalid();
      const account = { name, scopes: wanted as Scope[] };
      return { serviceAccount: await serviceAccounts.create(await own(context), account) };
    },

    async getServiceAccount({ serviceAccountId }, context) {
      new RequestValidation().identifier('service_account_id', serviceAccountId).throwIfInvalid();
      return { serviceAccount: await serviceAccounts.get(await own(context), serviceAccountId as UserId) };
    },

    async listServiceAccounts(_request, context) {
      return { serviceAccounts: await serviceAccounts.list(await own(context)) };
    },

    async updateServiceAccount({ serviceAccountId, disabled, scopes: wanted }, context) {
      const validation = new RequestValidation().identifier('service_account_id', serviceAccountId);
      checkScopes(validation, wanted?.values ?? []).throwIfInvalid();
      const change = {
        ...(disabled === undefined ? {} : { disabled }),
        ...(wanted && { scopes: wanted.values as Scope[] }),
      };
      const serviceAccount = await serviceAccounts.update(await own(context), serviceAccountId as UserId, change);
      return { serviceAccount };
    },

    async deleteServiceAccount({ serviceAccountId }, context) {
      new RequestValidation().identifier('service_account_id', serviceAccountId).throwIfInvalid();
      await serviceAccounts.remove(await own(context), serviceAccountId as UserId);
      return {};
    },

    async createCredential({ serviceAccountId, expiresAt }, context) {
      const validation = new RequestValidation().identifier('service_account_id', serviceAccountId);
      if (expiresAt)
        validation
          .timestamp('expires_at', expiresAt)
          .check('expires_at', expiresAt.getTime() > Date.now(), 'must be in the future');
      validation.throwIfInvalid();
      return serviceAccounts.issueCredential(await own(context), serviceAccountId as UserId, expiresAt);
    },

    async listCredentials({ serviceAccountId }, context) {
      new RequestValidation().identifier('service_account_id', serviceAccountId).throwIfInvalid();
      return { credentials: await serviceAccounts.listCredentials(await own(context), serviceAccountId as UserId) };
    },

    async revokeCredential({ serviceAccountId, credentialId }, context) {
      new RequestValidation()
        .identifier('service_account_id', serviceAccountId)
        .identifier('credential_id', credentialId)
        .throwIfInvalid();
      const account = serviceAccountId as UserId;
      await serviceAccounts.revokeCredential(await own(context), account, credentialId as SessionId);
      return {};
    },
  };
}

function checkScopes(validation: RequestValidation, wanted: readonly string[]): RequestValidation {
  for (const scope of wanted) validation.oneOf('scopes', scope, scopes);
  return validation;
}
