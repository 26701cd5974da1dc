import {
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { Redis } from 'ioredis';

const raw = (value: Buffer): Buffer => value;

/** A unary method without any message format: bytes in, bytes out. */
export const getBytes: MethodDefinition<Buffer, Buffer> = {
  path: '/bench.Bytes/Get',
  requestStream: false,
  responseStream: false,
  requestSerialize: raw,
  requestDeserialize: raw,
  responseSerialize: raw,
  responseDeserialize: raw,
};

/** Serves `getBytes`: the request is a key of Redis, the answer its value. @returns the port */
export async function serveBytes(redisUrl: string): Promise<number> {
  const redis = new Redis(redisUrl);
  const server = new Server();
  server.addService(
    { get: getBytes },
    {
      get: (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) =>
        void redis.getBuffer(call.request).then((value) => callback(null, value ?? Buffer.alloc(0)), callback),
    },
  );
  const bound = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
    error ? bound.reject(error) : bound.resolve(port),
  );
  return await bound.promise;
}
