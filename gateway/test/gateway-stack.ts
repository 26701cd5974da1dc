import type { AddressInfo } from 'node:net';
import type { Admission } from '@contract-reviewer/platform/admission/admission';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { Drain } from '../src/drain.ts';
import { buildServer } from '../src/server.ts';
import { connectServices } from '../src/services.ts';
import { captureLog, type LogLines } from './log-lines.ts';
import { type RunningServices, startServices } from './running-services.ts';

export interface Credentials {
  email: string;
  password: string;
}

/** The gateway in front of real services, to be asked by inject. */
export interface GatewayStack extends AsyncDisposable {
  server: FastifyInstance;
  services: RunningServices;
  drain: Drain;
  /** What the gateway has logged. */
  log: LogLines['lines'];
  /** Logs in, as the administrator unless told otherwise. @returns the headers of a request in that session */
  login(credentials?: Credentials): Promise<{ authorization: string }>;
  /** Makes an ordinary user and logs in as them. */
  loginAsNewUser(): Promise<{ authorization: string }>;
  /** Also listens to a port, for tests that need a connection. @returns the base URL */
  listen(): Promise<string>;
}

export interface GatewayOptions {
  maxUploadBytes?: number;
  /** Of every service, besides those that it needs. */
  settings?: Record<string, string>;
  trustedProxies?: string[];
  admission?: Admission;
}

export async function startGateway({
  maxUploadBytes = 50 * 1024 * 1024,
  settings = {},
  trustedProxies,
  admission,
}: GatewayOptions = {}): Promise<GatewayStack> {
  await using stack = new AsyncDisposableStack();
  const services = stack.use(await startServices(settings));
  const clients = stack.use(connectServices(services));
  const drain = new Drain();
  const { logger, lines } = captureLog('gateway');
  const server = buildServer({
    services: clients,
    maxUploadBytes,
    trustedProxies,
    drain,
    logger,
    ...(admission && { admission }),
  });
  stack.defer(() => server.close());

  const login = async (credentials: Credentials = services.admin) => {
    const response = await server.inject({ method: 'POST', url: '/api/login', payload: credentials });
    return { authorization: `Bearer ${response.json().token}` };
  };
  let users = 0;
  const acquired = stack.move();
  return {
    server,
    services,
    drain,
    log: lines,
    login,
    loginAsNewUser: async () => {
      users += 1;
      const credentials = { email: `user-${users}@example.test`, password: 'another long password' };
      await server.inject({ method: 'POST', url: '/api/users', headers: await login(), payload: credentials });
      return login(credentials);
    },
    listen: async () => {
      await server.listen({ port: 0, host: '127.0.0.1' });
      return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
    },
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}

/** A problem without what differs from one time to the next. */
export function problemIn(response: LightMyRequestResponse): Record<string, unknown> {
  const { request_id, ...problem } = response.json();
  return { contentType: response.headers['content-type'], ...problem };
}

/** A form with a text file in it. */
export function formWith(text: string, { filename = 'contract.txt', metadata = undefined as object | undefined } = {}) {
  const form = new FormData();
  if (metadata) form.set('metadata', JSON.stringify(metadata));
  form.set('file', new Blob([text]), filename);
  return form;
}
