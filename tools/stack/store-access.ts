/** What a service may touch in the two stores. */
export interface StoreAccess {
  /** Its PostgreSQL role and the schemas that the role owns; none for a process without tables. */
  postgres?: { name: string; schemas: readonly string[] };
  /** Its Redis user, and the patterns of its keys and channels. */
  redis: { name: string; keys: readonly string[]; channels: readonly string[] };
}

/** Who may touch what: the one table that `npm start`, the tests and the containers are provisioned from. */
export const storeAccess = {
  document: {
    postgres: { name: 'document_service', schemas: ['document', 'document_jobs'] },
    redis: { name: 'document', keys: ['document:*', 'documents:*', 'rate:document:*'], channels: [] },
  },
  analysis: {
    postgres: { name: 'analysis_service', schemas: ['analysis', 'analysis_jobs'] },
    redis: {
      name: 'analysis',
      keys: ['analysis:*', 'document_analysis:*', 'rate:analysis:*'],
      channels: ['analysis:*'],
    },
  },
  session: {
    postgres: { name: 'session_service', schemas: ['session'] },
    redis: { name: 'session', keys: ['session:*', 'rate:session:*'], channels: [] },
  },
  gateway: {
    redis: { name: 'gateway', keys: ['gateway:*', 'rate:gateway:*'], channels: [] },
  },
} as const satisfies Record<string, StoreAccess>;
