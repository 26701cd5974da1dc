import type { AddressInfo } from 'node:net';
import { ChannelCredentials, Client } from '@grpc/grpc-js';
import { fastify } from 'fastify';
import { getBytes } from './bytes-service.ts';

/** `GET /:key` is one call of `getBytes`, whose bytes are the answer. @returns the port */
export async function serveBareChain(servicePort: number): Promise<number> {
  const client = new Client(`127.0.0.1:${servicePort}`, ChannelCredentials.createInsecure());
  const server = fastify();
  server.get<{ Params: { key: string } }>('/:key', (request, reply) => {
    const key = Buffer.from(request.params.key);
    client.makeUnaryRequest(
      getBytes.path,
      getBytes.requestSerialize,
      getBytes.responseDeserialize,
      key,
      (error, bytes) =>
        error ? reply.code(500).send(error.message) : reply.type('application/json; charset=utf-8').send(bytes),
    );
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as AddressInfo).port;
}
