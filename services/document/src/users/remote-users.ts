import { StatusError, unavailable } from '@contract-reviewer/platform/errors';
import type { GrpcClient } from '@contract-reviewer/platform/grpc/client';
import type { CheckUserResponse, SessionServiceService } from '@contract-reviewer/proto/session/v1/session';
import type { UserId } from '../domain/document.ts';
import type { UserState, Users } from './users.ts';

const timeoutMs = 5000;

/** Asks the session service. */
export class RemoteUsers implements Users {
  readonly #client: GrpcClient<typeof SessionServiceService>;

  /** @param client calls with this service's own token */
  constructor(client: GrpcClient<typeof SessionServiceService>) {
    this.#client = client;
  }

  async stateOf(userId: UserId): Promise<UserState> {
    const { state } = await this.#ask(userId);
    if (state !== 'active' && state !== 'disabled' && state !== 'unknown') {
      throw new Error(`the session service knows a state of users that this release does not: ${state}`);
    }
    return state;
  }

  async #ask(userId: UserId): Promise<CheckUserResponse> {
    try {
      return await this.#client.checkUser({ userId }, { timeoutMs });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.code === 'UNAVAILABLE') throw error;
      if (error.code === 'DEADLINE_EXCEEDED') throw unavailable('The session service does not answer.', error);
      // The rest is between the two services; no caller could do anything about it.
      throw new Error('The session service does not say who its users are', { cause: error });
    }
  }
}
