import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { PlainStore, type PlainStoreSettings } from './plain-store.ts';

/** Everything in one process. @returns the port */
export async function serveMonolith(settings: PlainStoreSettings): Promise<number> {
  const store = new PlainStore(settings);
  const server = fastify();
  server.addHook('onRequest', async (_request, reply) => {
    reply.type('application/json; charset=utf-8');
  });
  server.get<{ Params: { id: string } }>('/documents/:id', ({ params }) => store.document(params.id));
  server.get<{ Params: { id: string } }>('/analyses/:id', ({ params }) => store.analysis(params.id));
  server.get<{ Querystring: { limit: string; offset: string } }>('/documents', ({ query: { limit, offset } }) =>
    store.documentPage(limit, offset),
  );
  server.get<{ Params: { id: string } }>('/sessions/:id', ({ params }) => store.session(params.id));
  server.post('/sessions', async (_request, reply) => reply.code(201).send(await store.createSession()));
  server.post('/analyses', async (_request, reply) => reply.code(201).send(await store.saveAnalysis()));
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as AddressInfo).port;
}
