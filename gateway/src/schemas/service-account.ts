import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { Credential, ServiceAccount } from '@contract-reviewer/proto/session/v1/session';
import { type Static, Type } from 'typebox';
import { named, oneOf, refTo, Timestamp } from './schema.ts';
import { sent } from './sent.ts';

export const scopes = Type.Array(oneOf(['read', 'analyze', 'write', 'share', 'audit', 'operate']), {
  uniqueItems: true,
  description: 'What it may do: with documents that it owns or was granted, with the audit log, with the system.',
});

export const ServiceAccountSchema = named(
  'ServiceAccount',
  {
    service_account_id: Type.String(),
    name: Type.String({ description: 'Unique among service accounts.' }),
    scopes,
    disabled: Type.Boolean({ description: 'A disabled service account has no credentials.' }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  'An account of a program.',
);

export const ServiceAccountListSchema = named(
  'ServiceAccountList',
  { service_accounts: Type.Array(refTo(ServiceAccountSchema)) },
  'All service accounts, by name.',
);

const credentialFields = {
  credential_id: Type.String(),
  created_at: Timestamp,
  last_used_at: Type.String({ format: 'date-time', description: 'Behind the real last use by up to a minute.' }),
  expires_at: Type.Optional(Type.String({ format: 'date-time', description: 'Absent if it does not end by itself.' })),
};

export const CredentialSchema = named('Credential', credentialFields, 'A credential of a service account.');

export const IssuedCredentialSchema = named(
  'IssuedCredential',
  { ...credentialFields, token: Type.String({ description: 'The bearer token, told this once.' }) },
  'A credential that has just been made, with its token.',
);

export const CredentialListSchema = named(
  'CredentialList',
  { credentials: Type.Array(refTo(CredentialSchema)) },
  'The live credentials of a service account, newest first.',
);

export function serviceAccountBody(account: ServiceAccount | undefined) {
  return toSnakeCase(sent(account)) as Static<typeof ServiceAccountSchema>;
}

export function credentialBody(credential: Credential | undefined) {
  return toSnakeCase(sent(credential)) as Static<typeof CredentialSchema>;
}
