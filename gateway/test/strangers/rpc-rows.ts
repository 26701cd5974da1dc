import { randomUUID } from 'node:crypto';
import { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import {
  aboutOneself,
  aboutPeople,
  type Entitled,
  endingSessions,
  forAdministrators,
  forAll,
  forServices,
  forUploaders,
  ofDocument,
  ofList,
  ofSession,
  ofUser,
  type Verdicts,
} from './callers.ts';
import { freshDocument, freshGrant, freshProgram, freshSession } from './fresh.ts';
import { type Ids, marker, type World } from './world.ts';

type JsonValue = string | number | boolean | JsonValue[] | { [name: string]: JsonValue };
type JsonMessage = Record<string, JsonValue>;

/** How a method is called for what is the owner's or the administrator's, and what is to become of that. */
export interface RpcRow {
  verdicts: Verdicts;
  /** Undefined where their request would take away what the other rows need, or where no process of the test may call. */
  entitled: Entitled | undefined;
  /** What the message holds besides the ids that it demands, in protobuf's JSON. */
  message?: (world: World) => JsonMessage;
  /** Instead of the one message. */
  messages?: JsonMessage[];
  /** What stands in the answer to whom it is for, where refusals are parts of good answers. */
  shows?: string;
  /** Something that the request uses up. */
  fresh?: (world: World) => Promise<Partial<Ids>>;
}

const read = { verdicts: ofDocument('read'), entitled: 'owner' } as const;
const administer = { verdicts: forAdministrators(), entitled: 'administrator' } as const;
const audit = { verdicts: forAdministrators('audit'), entitled: 'administrator' } as const;
const operate = { verdicts: forAdministrators('operate'), entitled: 'administrator' } as const;
const open = { verdicts: forAll, entitled: 'owner' } as const;
const ofServices = { verdicts: forServices, entitled: 'gateway' } as const;
/** For the document service alone, whose token no caller here has. */
const ofDocumentService = { verdicts: forServices, entitled: undefined } as const;

const documentMethods: Record<string, RpcRow> = {
  UploadDocument: {
    verdicts: forUploaders,
    entitled: 'owner',
    messages: [{ header: { filename: 'contract.txt' } }, { chunk: Buffer.from('A contract.').toString('base64') }],
  },
  GetDocument: read,
  ListDocuments: { verdicts: ofList, entitled: 'owner' },
  UpdateDocument: { verdicts: ofDocument('write'), entitled: 'owner', message: () => ({ metadata: { note: 'mine' } }) },
  DeleteDocument: {
    verdicts: { ...ofDocument('write'), auditor: 'hidden', operator: 'hidden' },
    entitled: 'owner',
    fresh: freshDocument,
  },
  DownloadDocument: read,
  GetDocumentText: read,
  CheckDocumentAccess: { ...read, message: () => ({ permission: 'read' }) },
  ListGrants: read,
  GetGrant: { ...read, message: ({ granteeId: user_id }) => ({ user_id }) },
  SetGrant: {
    verdicts: ofDocument('share'),
    entitled: 'owner',
    message: ({ granteeId: user_id }) => ({ user_id, permissions: ['read', 'analyze', 'write', 'share'] }),
  },
  RemoveGrant: {
    // Of a document that is shared with the auditor alone.
    verdicts: { ...ofDocument('share'), operator: 'hidden' },
    entitled: 'owner',
    fresh: freshGrant,
  },
  CacheStats: operate,
  CheckConsistency: operate,
};

const analysisMethods: Record<string, RpcRow> = {
  AnalyzeDocument: { verdicts: ofDocument('analyze'), entitled: 'owner', message: () => ({ wait: '10s' }) },
  GetAnalysis: read,
  GetLatestAnalysis: read,
  ListAnalyses: read,
  CancelAnalysis: { verdicts: ofDocument('analyze'), entitled: 'owner' },
  WatchAnalysis: read,
  DiffAnalyses: {
    ...read,
    message: ({ ids }) => ({ beforeAnalysisId: ids.analysis_id, afterAnalysisId: ids.analysis_id }),
  },
  DownloadReport: { ...read, message: () => ({ format: 'md' }) },
  PurgeDocument: ofDocumentService,
  CacheStats: operate,
  CheckConsistency: operate,
};

const sessionMethods: Record<string, RpcRow> = {
  Login: { ...open, message: ({ ownerPassword: password }) => ({ email: 'owner@example.test', password }) },
  // The owner's password is no password of anybody else's.
  ChangePassword: {
    verdicts: { ...endingSessions, stranger: 'unauthenticated', 'ordinary administrator': 'unauthenticated' },
    entitled: undefined,
    message: ({ ownerPassword }) => ({ currentPassword: ownerPassword, newPassword: ownerPassword }),
  },
  CreateSession: { verdicts: aboutPeople, entitled: 'owner' },
  GetSession: { verdicts: { ...ofSession, auditor: 'hidden', operator: 'hidden' }, entitled: 'owner' },
  ListSessions: { verdicts: aboutOneself, entitled: 'owner' },
  RevokeSession: { verdicts: ofSession, entitled: 'owner', fresh: freshSession },
  RevokeAllSessions: { verdicts: endingSessions, entitled: undefined },
  AuthenticateSession: {
    ...ofServices,
    message: ({ tokens }) => ({ token: tokens.owner?.replace('Bearer ', '') ?? '', audience: 'gateway' }),
  },
  CheckSession: ofServices,
  CreateUser: {
    ...administer,
    message: () => ({ email: `${randomUUID()}@example.test`, password: 'correct pony staple another' }),
  },
  GetUser: { verdicts: ofUser, entitled: 'administrator' },
  FindUser: { ...administer, message: () => ({ email: 'owner@example.test' }) },
  ListUsers: administer,
  UpdateUser: { ...administer, message: () => ({ role: 'user' }) },
  CreateServiceAccount: { ...administer, message: () => ({ name: randomUUID(), scopes: ['read'] }) },
  GetServiceAccount: administer,
  ListServiceAccounts: administer,
  UpdateServiceAccount: { ...administer, message: () => ({ scopes: { values: ['read'] } }) },
  DeleteServiceAccount: { ...administer, fresh: freshProgram },
  CreateCredential: administer,
  ListCredentials: administer,
  RevokeCredential: { ...administer, fresh: freshProgram },
  CheckUser: ofDocumentService,
  ListAuditEvents: audit,
  RecordAuditEvents: {
    ...ofServices,
    message: () => ({ events: [{ eventId: randomUUID(), type: 'access_denied', service: 'gateway' }] }),
  },
  GetAuditHead: audit,
  VerifyAuditLog: audit,
  ExportAuditLog: audit,
  SealAuditLog: {
    ...administer,
    message: () => ({ sealedSize: '1', rootHash: '0'.repeat(64), archiveSha256: '0'.repeat(64) }),
  },
  EraseUserData: { ...administer, message: () => ({ user_id: randomUUID() }) },
  CacheStats: operate,
  CheckConsistency: operate,
};

const migrationMethods: Record<string, RpcRow> = {
  GetMigration: operate,
  RunBackfill: operate,
  VerifyMigration: operate,
  AdvanceMigration: { ...operate, message: () => ({ to: 'complete' }) },
  RollbackMigration: { ...operate, message: () => ({ to: 'dual_write' }) },
  ListSetAside: operate,
};

/** As many calls as are in it, each of which is refused by itself. */
const batchMethods: Record<string, RpcRow> = {
  BatchCall: {
    verdicts: {
      ...aboutOneself,
      narrowed: 'own',
      reader: 'allowed',
      analyst: 'own',
      nobody: 'own',
      revoked: 'own',
      disabled: 'own',
    },
    entitled: 'owner',
    shows: marker,
    message: ({ ids }) => ({
      methods: [DocumentServiceService.getDocument.path],
      calls: [{ request: requestFor(ids.document_id).toString('base64') }],
    }),
  },
};

function requestFor(documentId = ''): Buffer {
  return DocumentServiceService.getDocument.requestSerialize({ documentId });
}

const healthMethods: Record<string, RpcRow> = { Check: open, Watch: open };

/** Every method of every service, as it stands in `:path`. */
export const rpcRows: Record<string, RpcRow> = {
  ...prefixed('contractreviewer.document.v1.DocumentService', documentMethods),
  ...prefixed('contractreviewer.analysis.v1.AnalysisService', analysisMethods),
  ...prefixed('contractreviewer.session.v1.SessionService', sessionMethods),
  ...prefixed('contractreviewer.migration.v1.MigrationService', migrationMethods),
  ...prefixed('contractreviewer.common.v1.BatchService', batchMethods),
  ...prefixed('grpc.health.v1.Health', healthMethods),
};

function prefixed(service: string, methods: Record<string, RpcRow>): Record<string, RpcRow> {
  return Object.fromEntries(Object.entries(methods).map(([name, row]) => [`/${service}/${name}`, row]));
}
