import type { Identity } from '@contract-reviewer/platform/auth/principal';
import { StatusError } from '@contract-reviewer/platform/errors';
import { GrpcServer } from '@contract-reviewer/platform/grpc/server';
import { createLogger } from '@contract-reviewer/platform/log';
import { residentBytes } from './memory.ts';

/** So that the channel has to find its server again and again. */
const maxConnectionAgeMs = 5000;

/** A server with the standard services alone; tells its parent its port, and on each message how much memory it takes. */
const server = new GrpcServer({
  host: '127.0.0.1',
  port: 0,
  logger: createLogger({ service: 'endurance', level: 'warn' }),
  authenticator: {
    authenticate: (): Promise<Identity> => {
      throw new StatusError('UNAUTHENTICATED', 'There are only methods for everybody here.', { reason: 'NOBODY' });
    },
    serviceIn: () => undefined,
  },
  translateError: () => undefined,
  health: { isReady: async () => true },
  maxConnectionAgeMs,
});
process.on('message', () => process.send?.(residentBytes()));
process.on('disconnect', () => void server[Symbol.asyncDispose]());
process.send?.(await server.listen());
