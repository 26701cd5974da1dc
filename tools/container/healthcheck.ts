import { readConfig } from '@contract-reviewer/platform/config';
import { createClient } from '@contract-reviewer/platform/grpc/client';
import { tlsSettings, transportFrom } from '@contract-reviewer/platform/grpc/credentials';
import { createLogger } from '@contract-reviewer/platform/log';
import {
  HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '@contract-reviewer/proto/grpc/health/v1/health';
import { z } from 'zod';

/** Shorter than the timeout of the image's HEALTHCHECK, so that the reason still reaches its log. */
const timeoutMs = 4_000;

/**
 * Asks the process in this container whether it can serve: a gRPC server by grpc.health.v1, the gateway by `/readyz`.
 * The port setting that the process itself was given tells which of the two it is, and with its certificate it is asked;
 * that has to hold for `localhost` too, because the name of the service is not known here.
 *
 * @throws when it cannot serve, or when nobody answers in time.
 */
async function checkHealth(env: NodeJS.ProcessEnv): Promise<void> {
  if (env.GRPC_PORT !== undefined) return checkGrpc(`127.0.0.1:${env.GRPC_PORT}`, env);
  if (env.HTTP_PORT !== undefined) return checkHttp(`http://127.0.0.1:${env.HTTP_PORT}/readyz`);
  throw new Error('neither GRPC_PORT nor HTTP_PORT is set, so there is nothing to ask');
}

async function checkGrpc(address: string, env: NodeJS.ProcessEnv): Promise<void> {
  const logger = createLogger({ service: 'health check', level: 'warn' });
  const transport = transportFrom(readConfig(z.object(tlsSettings), env), logger);
  using client = createClient(HealthService, { address, ...transport.to('localhost') });
  const { status } = await client.check({ service: '' }, { timeoutMs });
  if (status !== ServingStatus.SERVING) throw new Error(`${address} does not serve: status ${status}`);
}

async function checkHttp(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
}

try {
  await checkHealth(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
