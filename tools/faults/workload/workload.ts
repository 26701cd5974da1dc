import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../../stack/start-error.ts';
import type { History } from '../history.ts';
import type { Random } from '../random.ts';
import type { Answer, Api } from './answer.ts';
import type { Clients } from './clients.ts';
import type { HttpApi } from './http-api.ts';
import { Owner } from './owner.ts';
import { RecordedClient } from './recorded-client.ts';

const ownerCount = 3;
const hotPerOwner = 2;
const workerCount = 48;
const passingPerOwner = 6;
const sessionsPerOwner = 8;
const sharedPerOwner = 3;
const reviewPauseMs = 1500;
/** A worker stays with its way into the system, so that one that hangs does not take all of them with it. */
const loyalty = 0.8;

const contract =
  'SERVICES AGREEMENT\n\nThis Agreement is made as of March 1, 2026 by and between Alder Works Ltd. and Birch Supplies ' +
  'Inc.\n\n1. Governing Law. This Agreement shall be governed by the laws of the State of New York.\n';

/** Clients that read and write the same few things at once, through all ways into the system. */
export class Workload {
  readonly #client: RecordedClient;
  readonly #clients: Clients;
  readonly #random: Random;
  readonly #owners: readonly Owner[];

  private constructor(client: RecordedClient, clients: Clients, random: Random, owners: readonly Owner[]) {
    this.#client = client;
    this.#clients = clients;
    this.#random = random;
    this.#owners = owners;
  }

  /** Makes the users and their documents. @throws {StartError} when the system, still whole, does not let it */
  static async prepare(
    clients: Clients,
    admin: { email: string; password: string },
    history: History,
    random: Random,
  ): Promise<Workload> {
    const client = new RecordedClient(history);
    const gateway = random.pick(clients.gateways);
    const administrator = demand(await gateway.login(admin.email, admin.password));
    const owners: Owner[] = [];
    for (let number = 0; number < ownerCount; number += 1) {
      const user = { email: `owner-${number}@localhost`, password: admin.password };
      const { user_id: userId } = demand(await gateway.createUser(administrator.token, user));
      const session = demand(await gateway.login(user.email, user.password));
      history.record({
        kind: 'open session',
        via: gateway.name,
        invokedAt: history.now(),
        answeredAt: history.now(),
        outcome: 'ok',
        effects: [{ object: `session:${session.sessionId}`, action: 'write', state: { version: 1, value: 'open' } }],
      });
      const documents: string[] = [];
      for (let document = 0; document <= hotPerOwner; document += 1) {
        const uploaded = await client.uploadDocument(gateway, session, `${contract}${randomUUID()}\n`);
        if (uploaded === undefined) throw new StartError('A document could not be uploaded before the first fault');
        documents.push(uploaded);
      }
      const [reviewed = '', ...hot] = documents;
      owners.push(new Owner(userId, session, hot, reviewed));
    }
    return new Workload(client, clients, random, owners);
  }

  /** Goes on until `isOver` says so, and then until the last reviews have ended, unless that is given up. */
  async run(isOver: () => boolean, givenUp: AbortSignal): Promise<void> {
    const { direct } = this.#clients;
    const workers = Array.from({ length: workerCount }, async (_, index) => {
      const random = this.#random.fork();
      // More of them go past the gateways, which costs less: the two cores are better spent on races.
      const home = (index % 3 === 0 ? random.pick(this.#clients.gateways) : direct[index % direct.length]) as Api;
      while (!isOver()) await this.#act(random, home);
    });
    const reviewers = this.#owners.map((owner) => this.#review(owner, this.#random.fork(), isOver, givenUp));
    await Promise.all([...workers, ...reviewers]);
  }

  /** Reads everything once more through every replica. */
  async readEverything(): Promise<void> {
    for (const owner of this.#owners) {
      for (const api of this.#clients.all) {
        for (const documentId of [...owner.documents, ...owner.deleted]) {
          await this.#client.readDocument(api, owner.session, documentId);
        }
        for (const session of [...owner.sessions, ...owner.revoked]) await this.#client.useSession(api, session);
        for (const documentId of [...owner.granted, ...owner.ungranted]) {
          await this.#client.useGrant(api, owner, documentId);
        }
        await this.#client.listDocuments(api, owner);
      }
      for (const gateway of this.#clients.gateways) {
        await this.#client.readLatestReview(gateway, owner);
        for (const analysisId of owner.reviews) await this.#client.readReview(gateway, owner, analysisId);
      }
    }
  }

  async #act(random: Random, home: Api): Promise<void> {
    const owner = random.pick(this.#owners);
    const api = random.chance(loyalty) ? home : random.pick(this.#clients.all);
    const gateway = random.pick(this.#clients.gateways);
    const dice = random.next();
    if (dice < 0.5) return await this.#client.readDocument(api, owner.session, random.pick(owner.documents));
    if (dice < 0.54) return await this.#client.listDocuments(api, owner);
    if (dice < 0.84) return await this.#useSession(random, api, owner);
    if (dice < 0.88) return await this.#useGrant(random, api, owner);
    if (dice < 0.9) return await this.#lookForDeleted(random, api, owner);
    if (dice < 0.96) return await this.#change(random, api, owner);
    if (dice < 0.98) return await this.#openOrRevoke(random, api, owner);
    if (dice < 0.985) return await this.#uploadOrDelete(random, api, gateway, owner);
    if (dice < 0.99) return await this.#grantOrRemove(random, api, gateway, owner);
    if (dice < 0.995) return await this.#client.readLatestReview(gateway, owner);
    if (owner.reviews.length > 0) await this.#client.readReview(gateway, owner, random.pick(owner.reviews));
  }

  async #change(random: Random, api: Api, owner: Owner): Promise<void> {
    const documentId = random.pick(owner.hot);
    if (await this.#client.writeDocument(api, owner, documentId)) {
      await this.#client.readDocument(random.pick(this.#clients.all), owner.session, documentId);
    }
  }

  async #useSession(random: Random, api: Api, owner: Owner): Promise<void> {
    const sessions = random.chance(0.2) ? owner.revoked : owner.sessions;
    if (sessions.length === 0) return;
    const session = random.pick(sessions);
    // The first asks one service, the second two.
    if (random.chance(0.7)) await this.#client.readOwnSession(api, session);
    else await this.#client.useSession(api, session);
  }

  async #openOrRevoke(random: Random, api: Api, owner: Owner): Promise<void> {
    if (owner.sessions.length < random.between(0, sessionsPerOwner)) {
      const session = await this.#client.openSession(api, owner, random.pick(owner.hot));
      if (session) owner.sessions.push(session);
      return;
    }
    const session = owner.takeSession(random);
    if (!session) return;
    const isRevoked = await this.#client.revokeSession(api, owner, session);
    owner.rememberRevoked(session);
    if (isRevoked) await this.#client.useSession(random.pick(this.#clients.all), session);
  }

  async #uploadOrDelete(random: Random, api: Api, gateway: HttpApi, owner: Owner): Promise<void> {
    if (owner.passing.length < random.between(0, passingPerOwner)) {
      const documentId = await this.#client.uploadDocument(gateway, owner.session, `${contract}${randomUUID()}\n`);
      if (documentId !== undefined) owner.passing.push(documentId);
      return;
    }
    const documentId = owner.takePassing(random);
    if (documentId === undefined) return;
    const isDeleted = await this.#client.deleteDocument(api, owner, documentId);
    owner.rememberDeleted(documentId);
    if (isDeleted) await this.#client.readDocument(random.pick(this.#clients.all), owner.session, documentId);
  }

  async #useGrant(random: Random, api: Api, reader: Owner): Promise<void> {
    const documentIds = random.chance(0.3) ? reader.ungranted : reader.granted;
    if (documentIds.length > 0) await this.#client.useGrant(api, reader, random.pick(documentIds));
  }

  async #grantOrRemove(random: Random, api: Api, gateway: HttpApi, owner: Owner): Promise<void> {
    if (owner.shared.length < random.between(0, sharedPerOwner)) {
      const documentId = await this.#client.uploadDocument(gateway, owner.session, `${contract}${randomUUID()}\n`);
      if (documentId === undefined) return;
      const shared = { documentId, reader: random.pick(this.#owners.filter((other) => other !== owner)) };
      if (await this.#client.grant(api, owner, shared)) {
        shared.reader.granted.push(documentId);
        owner.shared.push(shared);
      } else owner.passing.push(documentId);
      return;
    }
    const shared = owner.takeShared(random);
    if (!shared) return;
    const { documentId, reader } = shared;
    const isRemoved = await this.#client.removeGrant(api, owner, shared);
    if (isRemoved) await this.#client.useGrant(random.pick(this.#clients.all), reader, documentId);
    owner.passing.push(documentId);
  }

  async #lookForDeleted(random: Random, api: Api, owner: Owner): Promise<void> {
    if (owner.deleted.length === 0) return;
    await this.#client.readDocument(api, owner.session, random.pick(owner.deleted));
  }

  /** Reviews follow each other, so that their order is known: none is asked for before the end of the last is told. */
  async #review(owner: Owner, random: Random, isOver: () => boolean, givenUp: AbortSignal): Promise<void> {
    for (let number = 1; !isOver(); number += 1) {
      const idempotencyKey = randomUUID();
      while (!givenUp.aborted) {
        const gateway = random.pick(this.#clients.gateways);
        const told = await this.#client.analyze(gateway, owner, { number, idempotencyKey });
        if (told && !['queued', 'running'].includes(told.status)) {
          owner.reviews.push(told.analysis_id);
          await this.#client.readLatestReview(random.pick(this.#clients.gateways), owner);
          break;
        }
        await sleep(200);
      }
      await sleep(random.between(0.5, 1.5) * reviewPauseMs);
    }
  }
}

function demand<T>(answer: Answer<T>): T {
  if (answer.kind !== 'ok')
    throw new StartError(`The system refuses before the first fault: ${JSON.stringify(answer)}`);
  return answer.value;
}
