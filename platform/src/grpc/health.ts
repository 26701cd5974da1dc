import {
  HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '@contract-reviewer/proto/grpc/health/v1/health';
import { StatusError } from '../errors.ts';
import { sleep } from '../sleep.ts';
import type { Handlers } from './handler.ts';

export const healthMethods = HealthService;

/** Whether the process can serve; asked again at each check, so it must be cheap. */
export interface HealthState {
  isReady(): Promise<boolean>;
}

const watchIntervalMs = 1000;

/**
 * The standard health service, grpc.health.v1. The empty name stands for the whole server.
 * See https://github.com/grpc/grpc/blob/master/doc/health-checking.md.
 */
export function healthHandlers(
  health: HealthState,
  services: readonly string[],
  draining: AbortSignal,
): Handlers<typeof HealthService> {
  const status = async () =>
    !draining.aborted && (await health.isReady()) ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  const isKnown = (service: string) => service === '' || services.includes(service);

  return {
    async check({ service }) {
      if (!isKnown(service)) {
        throw new StatusError('NOT_FOUND', 'There is no service of that name here.', { reason: 'SERVICE_UNKNOWN' });
      }
      return { status: await status() };
    },

    async *watch({ service }, { signal }) {
      let last: ServingStatus | undefined;
      while (!signal.aborted) {
        const current = isKnown(service) ? await status() : ServingStatus.SERVICE_UNKNOWN;
        if (current !== last) yield { status: current };
        last = current;
        await sleep(watchIntervalMs, signal);
      }
    },
  };
}
