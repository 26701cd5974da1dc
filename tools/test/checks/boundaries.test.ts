import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { surveyBoundaries } from '../../checks/boundaries.ts';

/** Every road that the architecture allows, taken once. */
const cleanTree: Record<string, string> = {
  'proto/gen/contractreviewer/document/v1/document.ts': `import { wire } from '@bufbuild/protobuf';`,
  'platform/src/pg/pool.ts': `import pg from 'pg';`,
  'platform/src/grpc/status.ts': `import type { Status } from '@contract-reviewer/proto/google/rpc/status';`,
  'platform/src/testing/harness.ts': `const path = process.env.PATH;`,
  'platform/test/pool.test.ts': `import { harness } from '../src/testing/harness.ts';`,
  'services/document/src/domain/document.ts': `import { DomainError } from './errors.ts';`,
  'services/document/src/domain/errors.ts': `export class DomainError extends Error {}`,
  'services/document/src/documents.ts': `
    import { randomUUID } from 'node:crypto';
    import type { RequestContext } from '@contract-reviewer/platform/request-context';
    import type { Document } from './domain/document.ts';
    import type { DocumentStore } from './storage/document-store.ts';
    import { extractions } from './extractions.ts';`,
  'services/document/src/extractions.ts': `import type { Document } from './domain/document.ts';`,
  'services/document/src/storage/document-store.ts': `import type { Document } from '../domain/document.ts';`,
  'services/document/src/storage/pg-document-store.ts': `
    import type { Pool } from '@contract-reviewer/platform/pg/pool';
    import type { DocumentStore } from './document-store.ts';`,
  'services/document/src/storage/cached-document-store.ts': `
    import { documentKey } from './cache-keys.ts';
    import type { DocumentStore } from './document-store.ts';`,
  'services/document/src/storage/cache-keys.ts': `import type { DocumentId } from '../domain/document.ts';`,
  'services/document/src/app.ts': `
    import { PgDocumentStore } from './storage/pg-document-store.ts';
    import { CachedDocumentStore } from './storage/cached-document-store.ts';`,
  'services/document/src/main.ts': `import { createApp } from './app.ts'; const env = process.env;`,
  'services/document/src/migrate.ts': `import { env } from 'node:process';`,
  'services/document/test/document-store.test.ts': `
    import { PgDocumentStore } from '../src/storage/pg-document-store.ts';
    import { harness } from '@contract-reviewer/platform/testing/harness';
    import { storeAccess } from '../../../tools/stack/store-access.ts';`,
  'gateway/src/documents.ts': `
    import { DocumentServiceClient } from '@contract-reviewer/proto/document/v1/document';
    import { fastify } from 'fastify';`,
  'gateway/src/main.ts': `const { env } = process;`,
  'gateway/test/documents.gateway.test.ts': `import { createApp } from '../../services/document/src/app.ts';`,
  'tools/stack/start.ts': `import { freePort } from '@contract-reviewer/platform/free-port'; const port = process.env.PORT;`,
  'tools/test/whole-system.test.ts': `
    import { createApp } from '@contract-reviewer/document-service/app';
    import { createGateway } from '@contract-reviewer/gateway/app';`,
};

interface Planted {
  rule: string;
  file: string;
  source: string;
}

const planted: Planted[] = [
  {
    rule: 'domain-imports-nothing',
    file: 'services/document/src/domain/planted.ts',
    source: `import { randomUUID } from 'node:crypto';`,
  },
  {
    rule: 'domain-imports-nothing',
    file: 'services/document/src/domain/planted.ts',
    source: `import type { DocumentStore } from '../storage/document-store.ts';`,
  },
  {
    rule: 'domain-imports-nothing',
    file: 'services/document/src/domain/planted.ts',
    source: `export type { Row } from '@contract-reviewer/platform/request-context';`,
  },
  {
    rule: 'use-cases-import-domain-and-ports',
    file: 'services/document/src/planted.ts',
    source: `import pg from 'pg';`,
  },
  {
    rule: 'use-cases-import-domain-and-ports',
    file: 'services/document/src/planted.ts',
    source: `import { documentKey } from './storage/cache-keys.ts';`,
  },
  {
    rule: 'use-cases-import-domain-and-ports',
    file: 'services/document/src/planted.ts',
    source: `import type { Pool } from '@contract-reviewer/platform/pg/pool';`,
  },
  {
    rule: 'use-cases-import-domain-and-ports',
    file: 'services/document/src/planted.ts',
    source: `import type { Document } from '@contract-reviewer/proto/document/v1/document';`,
  },
  {
    rule: 'use-cases-import-domain-and-ports',
    file: 'services/document/src/planted.ts',
    source: `import { handlers } from './grpc/handlers.ts';`,
  },
  {
    rule: 'adapters-are-chosen-in-app',
    file: 'services/document/src/grpc/planted.ts',
    source: `import { PgDocumentStore } from '../storage/pg-document-store.ts';`,
  },
  {
    rule: 'adapters-are-chosen-in-app',
    file: 'services/document/src/storage/cached-planted-store.ts',
    source: `import { PgDocumentStore } from './pg-document-store.ts';`,
  },
  {
    rule: 'adapters-are-chosen-in-app',
    file: 'services/document/src/main.ts',
    source: `const { CachedDocumentStore } = await import('./storage/cached-document-store.ts');`,
  },
  {
    rule: 'workspaces-stand-on-each-other',
    file: 'services/document/src/grpc/planted.ts',
    source: `import { createApp } from '@contract-reviewer/session-service/app';`,
  },
  {
    rule: 'workspaces-stand-on-each-other',
    file: 'services/document/src/grpc/planted.ts',
    source: `type Session = import('../../../session/src/domain/session.ts').Session;`,
  },
  {
    rule: 'workspaces-stand-on-each-other',
    file: 'gateway/src/planted.ts',
    source: `import type { Document } from '@contract-reviewer/document-service/domain/document';`,
  },
  {
    rule: 'workspaces-stand-on-each-other',
    file: 'platform/src/planted.ts',
    source: `import type { Document } from '@contract-reviewer/document-service/domain/document';`,
  },
  {
    rule: 'workspaces-stand-on-each-other',
    file: 'platform/src/planted.ts',
    source: `import { createGateway } from '@contract-reviewer/gateway/app';`,
  },
  {
    rule: 'workspaces-stand-on-each-other',
    file: 'tools/stack/planted.ts',
    source: `import { createApp } from '@contract-reviewer/document-service/app';`,
  },
  {
    rule: 'workspaces-stand-on-each-other',
    file: 'services/document/test/planted.test.ts',
    source: `import { createApp } from '../../session/src/app.ts';`,
  },
  {
    rule: 'workspaces-meet-by-name',
    file: 'services/document/test/planted.test.ts',
    source: `import { harness } from '../../../platform/src/testing/harness.ts';`,
  },
  {
    rule: 'workspaces-stand-on-each-other',
    file: 'services/document/src/app.ts',
    source: `import { storeAccess } from '../../../tools/stack/store-access.ts';`,
  },
  {
    rule: 'workspaces-meet-by-name',
    file: 'services/document/src/grpc/planted.ts',
    source: `import { Document } from '../../../../proto/gen/contractreviewer/document/v1/document.ts';`,
  },
  {
    rule: 'workspaces-meet-by-name',
    file: 'gateway/src/planted.ts',
    source: `new Worker(new URL('../../platform/src/worker.ts', import.meta.url));`,
  },
  {
    rule: 'test-code-stays-in-tests',
    file: 'services/document/src/planted/planted.ts',
    source: `import { harness } from '@contract-reviewer/platform/testing/harness';`,
  },
  {
    rule: 'literal-imports',
    file: 'services/document/src/planted/planted.ts',
    source: `const name = './storage/pg-document-store.ts'; await import(name);`,
  },
  {
    rule: 'environment-at-the-entry',
    file: 'services/document/src/config.ts',
    source: `const url = process.env.DATABASE_URL;`,
  },
  {
    rule: 'environment-at-the-entry',
    file: 'platform/src/planted.ts',
    source: `import { env } from 'node:process';`,
  },
  {
    rule: 'environment-at-the-entry',
    file: 'gateway/src/planted.ts',
    source: `const { env: settings } = process;`,
  },
];

const trees: string[] = [];

async function survey(tree: Record<string, string>) {
  const root = await mkdtemp(join(tmpdir(), 'boundaries-'));
  trees.push(root);
  for (const [path, source] of Object.entries(tree)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), source);
  }
  return surveyBoundaries(root, Object.keys(tree));
}

afterEach(async () => {
  for (const root of trees.splice(0)) await rm(root, { recursive: true });
});

describe('the boundary check', () => {
  it('passes a tree that takes every allowed road, and sees the imports of every workspace', async () => {
    const { findings, importsByWorkspace, fileCount } = await survey(cleanTree);
    expect(findings).toEqual([]);
    expect(fileCount).toBe(Object.keys(cleanTree).length);
    expect(Object.fromEntries(importsByWorkspace)).toEqual({
      proto: 1,
      platform: 3,
      'services/document': 20,
      gateway: 3,
      tools: 3,
    });
  });

  it.each(planted)('finds the violation of $rule in $file: $source', async ({ rule, file, source }) => {
    const { findings } = await survey({ ...cleanTree, [file]: `\n\n${source}\n` });
    expect(findings).toEqual([{ file, line: 3, message: expect.stringContaining(`[${rule}]`) }]);
  });

  it('does not take comments and strings for imports', async () => {
    const source = `// import pg from 'pg';\nexport const text = "import pg from 'pg'; process.env";`;
    const { findings } = await survey({ ...cleanTree, 'services/document/src/domain/planted.ts': source });
    expect(findings).toEqual([]);
  });

  it('refuses a file that it cannot parse instead of passing it', async () => {
    await expect(survey({ 'platform/src/broken.ts': 'import from from;' })).rejects.toThrow('platform/src/broken.ts');
  });
});
