import {
  ChannelCredentials,
  Client,
  type handleUnaryCall,
  type MethodDefinition,
  Server,
  ServerCredentials,
} from '@grpc/grpc-js';

/** Answers a request of text with JSON. */
export type RawHandler = (request: string) => Promise<string | Buffer>;

const host = '127.0.0.1';
const raw = (value: Buffer): Buffer => value;

/** A unary method without any message format: bytes in, bytes out. */
function rawMethod(name: string): MethodDefinition<Buffer, Buffer> {
  return {
    path: `/bench.Raw/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  };
}

/** Serves methods by their names. @returns the port */
export async function serveRaw(handlers: Readonly<Record<string, RawHandler>>): Promise<number> {
  const server = new Server();
  const methods: Record<string, MethodDefinition<Buffer, Buffer>> = {};
  const implementations: Record<string, handleUnaryCall<Buffer, Buffer>> = {};
  for (const [name, handle] of Object.entries(handlers)) {
    methods[name] = rawMethod(name);
    implementations[name] = ({ request }, callback) =>
      void handle(request.toString()).then((answer) => callback(null, Buffer.from(answer)), callback);
  }
  server.addService(methods, implementations);
  const bound = Promise.withResolvers<number>();
  server.bindAsync(`${host}:0`, ServerCredentials.createInsecure(), (error, port) =>
    error ? bound.reject(error) : bound.resolve(port),
  );
  return await bound.promise;
}

/** What calls a method of such a server. */
export function rawCaller(port: number): (name: string, request: string) => Promise<Buffer> {
  const client = new Client(`${host}:${port}`, ChannelCredentials.createInsecure());
  return (name, request) => {
    const { path, requestSerialize, responseDeserialize } = rawMethod(name);
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, Buffer.from(request), (error, answer) =>
      answer === undefined ? reject(error ?? new Error(`${name} answered nothing`)) : resolve(answer),
    );
    return promise;
  };
}
