import { StatusError } from '@contract-reviewer/platform/errors';
import { createClient, type GrpcClient } from '@contract-reviewer/platform/grpc/client';
import { AnalysisServiceService } from '@contract-reviewer/proto/analysis/v1/analysis';
import type { FaultySystem } from '../faults/system/faulty-system.ts';
import type { Answer, OpenedSession } from '../faults/workload/answer.ts';
import { type Clients, connectClients } from '../faults/workload/clients.ts';
import { HOST } from '../stack/process-environment.ts';

/** A session, and the document that it is used to read. */
export interface Use {
  session: OpenedSession;
  documentId: string;
}

/** One way to use a session. */
export interface Ask {
  /** Where, as in `gateway 1` or `analysis 0`. */
  where: string;
  /** Whether the answer depends on the document, and not on the session alone. */
  needsDocument: boolean;
  ask(use: Use): Promise<Answer<unknown>>;
}

export interface Asks extends Disposable {
  clients: Clients;
  all: readonly Ask[];
}

const timeoutMs = 4000;

/** Every way into the system that a session opens: both gateways, and each replica of each service. */
export function connectAsks(system: FaultySystem): Asks {
  const stack = new DisposableStack();
  const clients = stack.use(connectClients(system));
  const byDocument = [...clients.gateways, ...clients.direct].map(
    (api): Ask => ({
      where: api.name,
      needsDocument: true,
      ask: ({ session, documentId }) => api.readDocument(session.token, documentId),
    }),
  );
  const bySession = [...clients.gateways, ...clients.direct].map(
    (api, index): Ask => ({
      where: index < clients.gateways.length ? `${api.name}, session` : `session ${index - clients.gateways.length}`,
      needsDocument: false,
      ask: ({ session }) => api.readOwnSession(session),
    }),
  );
  const analyses = system.replicas.analysis.map(({ name, port }): Ask => {
    const client = stack.use(createClient(AnalysisServiceService, { address: `${HOST}:${port}` }));
    return { where: name, needsDocument: true, ask: (use) => listAnalyses(client, use) };
  });
  const acquired = stack.move();
  return { clients, all: [...byDocument, ...bySession, ...analyses], [Symbol.dispose]: () => acquired.dispose() };
}

async function listAnalyses(
  client: GrpcClient<typeof AnalysisServiceService>,
  { session: { token }, documentId }: Use,
): Promise<Answer<unknown>> {
  try {
    const settings = { authorization: `Bearer ${token}`, timeoutMs };
    return { kind: 'ok', value: await client.listAnalyses({ documentId, limit: 1, offset: 0 }, settings) };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.code === 'UNAUTHENTICATED') return { kind: 'unauthenticated' };
    if (error.code === 'NOT_FOUND') return { kind: 'absent' };
    return { kind: 'unknown', reason: error.code };
  }
}
