import { serviceAuthorization } from '@contract-reviewer/platform/auth/service-tokens';
import { createClient, type GrpcClient } from '@contract-reviewer/platform/grpc/client';
import { newAssertionSettings } from '@contract-reviewer/platform/testing/assertion-settings';
import type { TestDatabase } from '@contract-reviewer/platform/testing/test-database';
import { startRedis, type TestRedis } from '@contract-reviewer/platform/testing/test-redis';
import { type Analysis, AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import { storeAccess } from '../../../tools/stack/store-access.ts';
import { buildApp, type EngineFactory } from '../src/app.ts';
import { configFrom } from '../src/config.ts';
import { createAnalysisDatabase, newServiceToken, sha256, silentLogger } from './analysis-stack.ts';
import { type Neighbours, startNeighbours, type User } from './neighbours.ts';
import { ScriptedEngine } from './scripted-engine.ts';

export type AnalysisClient = GrpcClient<typeof AnalysisServiceService>;

/** A copy of the service. */
export interface Replica extends AsyncDisposable {
  client: AnalysisClient;
}

/** A copy of the service whose reviews go as the texts say. */
export interface ScriptedReplica extends Replica {
  engine: ScriptedEngine;
}

/** The stores and neighbours that copies of the service share. */
export interface ServiceHarness extends AsyncDisposable {
  database: TestDatabase;
  redis: TestRedis;
  neighbours: Neighbours;
  /** What a copy is started with; a copy in a process of its own takes it as its environment. */
  environment: Record<string, string>;
  startReplica(engine?: ScriptedEngine): Promise<ScriptedReplica>;
  /** A copy with the engines of the product. */
  startProduct(): Promise<Replica>;
  /** The authorization of the document service. */
  asDocumentService: { authorization: string };
}

export async function openServiceHarness(settings: Record<string, string> = {}): Promise<ServiceHarness> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createAnalysisDatabase());
  const redis = stack.use(await startRedis([storeAccess.analysis.redis]));
  const neighbours = stack.use(await startNeighbours());
  const documentToken = newServiceToken();
  const environment = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url('analysis'),
    GRPC_PORT: '0',
    SERVICE_TOKEN: newServiceToken(),
    TRUSTED_SERVICES: `document=${sha256(documentToken)},gateway=${sha256(newServiceToken())}`,
    ...newAssertionSettings().all,
    SESSION_SERVICE_ADDRESS: neighbours.sessionAddress,
    DOCUMENT_SERVICE_ADDRESS: neighbours.documentAddress,
    ...settings,
  };
  const acquired = stack.move();
  return {
    database,
    redis,
    neighbours,
    environment,
    asDocumentService: { authorization: serviceAuthorization('document', documentToken) },
    startReplica: async (engine = new ScriptedEngine()) => {
      const replica = await startReplica(environment, () => ({ builtin: engine }));
      return { ...replica, engine };
    },
    startProduct: () => startReplica(environment),
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

async function startReplica(environment: NodeJS.ProcessEnv, makeEngines?: EngineFactory): Promise<Replica> {
  await using stack = new AsyncDisposableStack();
  const app = stack.use(buildApp(configFrom(environment), silentLogger, makeEngines));
  const port = await app.start();
  const client = stack.use(createClient(AnalysisServiceService, { address: `127.0.0.1:${port}` }));
  const acquired = stack.move();
  return { client, [Symbol.asyncDispose]: () => acquired.disposeAsync() };
}

export interface Wish {
  force?: boolean;
  idempotencyKey?: string;
  /** Default 10 s. */
  waitSeconds?: number;
  analysisType?: string;
  engine?: string;
  allowFallback?: boolean;
  position?: string;
}

/** Asks for a review and waits for its end, unless told otherwise. */
export async function analyze(
  client: AnalysisClient,
  user: User,
  documentId: string,
  {
    force = false,
    idempotencyKey,
    waitSeconds = 10,
    analysisType = '',
    engine = '',
    allowFallback = false,
    position = '',
  }: Wish = {},
): Promise<{ analysis: Analysis; reused: boolean }> {
  const { analysis, reused } = await client.analyzeDocument(
    {
      documentId,
      analysisType,
      engine,
      position,
      allowFallback,
      force,
      idempotencyKey,
      wait: { seconds: BigInt(Math.floor(waitSeconds)), nanos: Math.round((waitSeconds % 1) * 1e9) },
    },
    { authorization: user.authorization, timeoutMs: 70_000 },
  );
  if (!analysis) throw new Error('an answer has an analysis');
  return { analysis, reused };
}
