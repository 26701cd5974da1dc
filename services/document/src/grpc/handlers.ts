import {
  type Principal,
  requireService,
  requireUser,
  type ServicePrincipal,
  type UserPrincipal,
} from '@contract-reviewer/platform/auth/principal';
import { systemClock } from '@contract-reviewer/platform/clock';
import type { CacheHandlers } from '@contract-reviewer/platform/grpc/cache-handlers';
import { toDuration, toMilliseconds } from '@contract-reviewer/platform/grpc/duration';
import type { Handlers } from '@contract-reviewer/platform/grpc/handler';
import { RequestValidation } from '@contract-reviewer/platform/grpc/request-validation';
import type { DocumentServiceService, Grant as GrantMessage } from '@contract-reviewer/proto/document/v1/document';
import type { DocumentTexts } from '../document-texts.ts';
import type { Documents } from '../documents.ts';
import type { DocumentId, UserId } from '../domain/document.ts';
import { cleanFilename } from '../domain/filename.ts';
import { type Grant, grantProblem } from '../domain/grant.ts';
import { type Metadata, metadataProblem } from '../domain/metadata.ts';
import { type Permission, permissions } from '../domain/permission.ts';
import type { Grants } from '../grants.ts';
import type { Uploads } from '../uploads.ts';
import { readUpload } from './upload-stream.ts';

export interface UseCases {
  documents: Documents;
  uploads: Uploads;
  texts: DocumentTexts;
  grants: Grants;
}

const maxPageSize = 100;
const defaultPageSize = 10;
const maxOffset = 1_000_000;
const maxWaitMs = 30_000;
const maxVersion = 2 ** 31 - 1;
const noDocuments = { documents: [], totalCount: 0, limit: 0, offset: 0 };

export function documentHandlers({
  documents,
  uploads,
  texts,
  grants,
}: UseCases): Omit<Handlers<typeof DocumentServiceService>, keyof CacheHandlers> {
  return {
    async uploadDocument(requests, { principal, signal }) {
      const { header, chunks } = await readUpload(requests);
      const filename = cleanFilename(header.filename) ?? '';
      const metadata = header.metadata ?? {};
      new RequestValidation()
        .check('filename', filename !== '', 'must be the name of a file')
        .check(...metadataCheck(metadata))
        .throwIfInvalid();
      const upload = { filename, metadata, chunks };
      return { document: await uploads.upload(requireUser(principal), upload, signal) };
    },

    async getDocument({ documentId, asJson }, { principal }) {
      new RequestValidation().identifier('document_id', documentId).throwIfInvalid();
      const caller = requireUser(principal);
      return asJson
        ? {
            document: undefined,
            json: await documents.getRendered(caller, documentId as DocumentId),
          }
        : { document: await documents.get(caller, documentId as DocumentId) };
    },

    async listDocuments({ limit, offset, asJson }, { principal }) {
      const page = { limit: limit === 0 ? defaultPageSize : limit, offset };
      new RequestValidation()
        .range('limit', page.limit, 1, maxPageSize)
        .range('offset', offset, 0, maxOffset)
        .throwIfInvalid();
      const caller = requireUser(principal);
      return asJson
        ? { ...noDocuments, json: await documents.listRendered(caller, page) }
        : { ...(await documents.list(caller, page)), ...page };
    },

    async updateDocument({ documentId, expectedVersion, filename, metadata }, { principal }) {
      const newName = filename === undefined ? undefined : (cleanFilename(filename) ?? '');
      const validation = new RequestValidation()
        .identifier('document_id', documentId)
        .check('filename', newName !== '', 'must be the name of a file')
        .check('metadata', (newName ?? metadata) !== undefined, 'must be set, or else the filename');
      if (metadata !== undefined) validation.check(...metadataCheck(metadata));
      if (expectedVersion !== undefined) validation.range('expected_version', expectedVersion, 1, maxVersion);
      validation.throwIfInvalid();
      const change = {
        ...(newName === undefined ? {} : { filename: newName }),
        ...(metadata === undefined ? {} : { metadata }),
      };
      const user = requireUser(principal);
      return { document: await documents.update(user, documentId as DocumentId, change, expectedVersion) };
    },

    async deleteDocument({ documentId }, { principal }) {
      new RequestValidation().identifier('document_id', documentId).throwIfInvalid();
      await documents.delete(requireUser(principal), documentId as DocumentId);
      return {};
    },

    async *downloadDocument({ documentId }, { principal, recheck }) {
      new RequestValidation().identifier('document_id', documentId).throwIfInvalid();
      recheck((caller) => documents.get(requireUser(caller), documentId as DocumentId));
      const { document, chunks } = await documents.content(requireUser(principal), documentId as DocumentId);
      const { version1Original: _whole, ...header } = document;
      yield { part: { $case: 'header', value: header } };
      for await (const chunk of chunks) yield { part: { $case: 'chunk', value: chunk } };
    },

    async getDocumentText({ documentId, wait, analysisId }, { principal, signal, recheck }) {
      const waitMs = wait ? toMilliseconds(wait) : 0;
      const validation = new RequestValidation()
        .identifier('document_id', documentId)
        .check('wait', waitMs >= 0 && waitMs <= maxWaitMs, `must be from 0 to ${maxWaitMs / 1000} s`);
      if (analysisId !== undefined) validation.identifier('analysis_id', analysisId);
      validation.throwIfInvalid();
      if (waitMs > 0) recheck((caller) => texts.requireReadable(userOrService(caller), documentId as DocumentId));
      const wanted = { documentId: documentId as DocumentId, ...(analysisId !== undefined && { analysisId }) };
      return texts.read(userOrService(principal), wanted, waitMs, signal);
    },

    async checkDocumentAccess({ documentId, permission }, { principal, principalUntil }) {
      new RequestValidation()
        .identifier('document_id', documentId)
        .oneOf('permission', permission, permissions)
        .throwIfInvalid();
      const user = requireUser(principal);
      const { value, until } = await documents.check(user, documentId as DocumentId, permission as Permission);
      const { status, statusReason, textSha256 = '' } = value;
      const now = systemClock.now();
      const validForMs = Math.max(0, Math.floor(Math.min(until, principalUntil ?? now) - now));
      return { status, ...(statusReason && { statusReason }), textSha256, validFor: toDuration(validForMs) };
    },

    async listGrants({ documentId }, { principal }) {
      new RequestValidation().identifier('document_id', documentId).throwIfInvalid();
      const list = await grants.list(requireUser(principal), documentId as DocumentId);
      return { grants: list.map(grantMessage) };
    },

    async getGrant({ documentId, userId }, { principal }) {
      new RequestValidation().identifier('document_id', documentId).identifier('user_id', userId).throwIfInvalid();
      const grant = await grants.get(requireUser(principal), documentId as DocumentId, userId as UserId);
      return { grant: grantMessage(grant) };
    },

    async setGrant({ documentId, userId, permissions: wanted }, { principal }) {
      const problem = grantProblem(wanted);
      new RequestValidation()
        .identifier('document_id', documentId)
        .identifier('user_id', userId)
        .check('permissions', problem === undefined, problem ?? '')
        .throwIfInvalid();
      const grant = await grants.set(
        requireUser(principal),
        documentId as DocumentId,
        userId as UserId,
        wanted as Permission[],
      );
      return { grant: grantMessage(grant) };
    },

    async removeGrant({ documentId, userId }, { principal }) {
      new RequestValidation().identifier('document_id', documentId).identifier('user_id', userId).throwIfInvalid();
      await grants.remove(requireUser(principal), documentId as DocumentId, userId as UserId);
      return {};
    },
  };
}

/** Of the services only that of analyses has a use for texts, since it reads them in its jobs. */
function userOrService(principal: Principal): UserPrincipal | ServicePrincipal {
  return principal.kind === 'service' ? requireService(principal, 'analysis') : requireUser(principal);
}

function grantMessage(grant: Grant): GrantMessage {
  return { ...grant, permissions: [...grant.permissions] };
}

function metadataCheck(metadata: Metadata): [field: string, holds: boolean, description: string] {
  const problem = metadataProblem(metadata);
  return ['metadata', problem === undefined, problem ?? ''];
}
