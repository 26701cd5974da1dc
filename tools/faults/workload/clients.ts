import type { FaultySystem } from '../system/faulty-system.ts';
import type { Api } from './answer.ts';
import { GrpcApi } from './grpc-api.ts';
import { HttpApi } from './http-api.ts';

/** All ways into the system. */
export interface Clients extends Disposable {
  gateways: readonly HttpApi[];
  /** Past the gateways: each replica of the document and the session service. */
  direct: readonly Api[];
  all: readonly Api[];
}

export function connectClients({ replicas }: FaultySystem): Clients {
  const gateways = replicas.gateway.map(({ name, port }) => new HttpApi(name, port));
  const direct = replicas.document.map(
    ({ name, port }, index) => new GrpcApi(name, { document: port, session: replicas.session[index]?.port as number }),
  );
  const all: readonly Api[] = [...gateways, ...direct];
  return {
    gateways,
    direct,
    all,
    [Symbol.dispose]: () => {
      for (const api of all) api[Symbol.dispose]();
    },
  };
}
