import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { rawCaller } from './raw-method.ts';

/** Each request is one call of a raw method, whose bytes are the answer. @returns the port */
export async function serveBareChain(servicePort: number): Promise<number> {
  const call = rawCaller(servicePort);
  const server = fastify();
  server.addHook('onRequest', async (_request, reply) => {
    reply.type('application/json; charset=utf-8');
  });
  server.get<{ Params: { key: string } }>('/:key', ({ params }) => call('Get', params.key));
  server.get<{ Params: { id: string } }>('/documents/:id', ({ params }) => call('GetDocument', params.id));
  server.get<{ Params: { id: string } }>('/analyses/:id', ({ params }) => call('GetAnalysis', params.id));
  server.get<{ Querystring: { limit: string; offset: string } }>('/documents', ({ query: { limit, offset } }) =>
    call('ListDocuments', `${limit} ${offset}`),
  );
  server.post('/sessions', (_request, reply) =>
    call('CreateSession', '').then((session) => reply.code(201).send(session)),
  );
  server.post('/analyses', (_request, reply) => call('SaveAnalysis', '').then((saved) => reply.code(201).send(saved)));
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as AddressInfo).port;
}
