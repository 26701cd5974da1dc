import { HealthCheckResponse_ServingStatus as ServingStatus } from '@contract-reviewer/proto/grpc/health/v1/health';
import type { Drain } from './drain.ts';
import { type ServiceName, type Services, serviceNames } from './services.ts';

export interface ReadinessReport {
  status: 'ready' | 'unready' | 'draining';
  services: Record<ServiceName, 'ready' | 'unready'>;
}

const timeoutMs = 2000;

/** Asks the services whether they can serve. They can without Redis: it costs time and nothing else. */
export class Readiness {
  readonly #health: Services['health'];
  readonly #drain: Drain;

  constructor({ health }: Services, drain: Drain) {
    this.#health = health;
    this.#drain = drain;
  }

  async report(): Promise<ReadinessReport> {
    const states = await Promise.all(serviceNames.map(async (name) => [name, await this.#stateOf(name)] as const));
    const areAllReady = states.every(([, state]) => state === 'ready');
    return {
      status: this.#drain.isAnnounced ? 'draining' : areAllReady ? 'ready' : 'unready',
      services: Object.fromEntries(states) as ReadinessReport['services'],
    };
  }

  async #stateOf(name: ServiceName): Promise<'ready' | 'unready'> {
    try {
      const { status } = await this.#health[name].check({ service: '' }, { timeoutMs });
      return status === ServingStatus.SERVING ? 'ready' : 'unready';
    } catch {
      // Whatever keeps it from answering keeps it from serving; its own log says what it is.
      return 'unready';
    }
  }
}
