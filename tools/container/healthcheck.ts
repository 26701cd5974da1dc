import { createClient } from '@contract-reviewer/platform/grpc/client';
import {
  HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '@contract-reviewer/proto/grpc/health/v1/health';

/** Shorter than the timeout of the image's HEALTHCHECK, so that the reason still reaches its log. */
const timeoutMs = 4_000;

/**
 * Asks the process in this container whether it can serve: a gRPC server by grpc.health.v1, the gateway by `/readyz`.
 * The port setting that the process itself was given tells which of the two it is.
 *
 * @throws when it cannot serve, or when nobody answers in time.
 */
async function checkHealth(env: NodeJS.ProcessEnv): Promise<void> {
  if (env.GRPC_PORT !== undefined) return checkGrpc(`127.0.0.1:${env.GRPC_PORT}`);
  if (env.HTTP_PORT !== undefined) return checkHttp(`http://127.0.0.1:${env.HTTP_PORT}/readyz`);
  throw new Error('neither GRPC_PORT nor HTTP_PORT is set, so there is nothing to ask');
}

async function checkGrpc(address: string): Promise<void> {
  using client = createClient(HealthService, { address });
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
