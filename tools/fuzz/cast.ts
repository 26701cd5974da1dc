import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewaySession, withJson } from '../gateway/gateway-session.ts';
import { markers } from './leaks.ts';
import type { Belonging, Noun } from './placeholders.ts';

/** In whose name a request is sent. */
export type Actor = 'user' | 'admin' | 'expendable' | 'service' | 'nobody' | 'forged';

interface Account {
  id: string;
  credentials: { email: string; password: string };
}

/** What somebody has, by noun. */
type Belongings = Record<Exclude<Noun, 'user'>, string[]>;

const nothing = (): Belongings => ({ document: [], analysis: [], session: [], account: [], credential: [] });

const fewest = 3;
/** Of what others may spoil. */
const attempts = 60;
const password = 'a password for a while';

/**
 * Who acts and what they have: two users, the first of whom is the attacker, the administrator, and a user whose account
 * requests may disable and whose sessions they may end. What requests have used up is made anew.
 */
export class Cast {
  readonly #url: URL;
  readonly #admin: { email: string; password: string };
  readonly #serviceToken: string;
  readonly #sessions = new Map<Actor, GatewaySession>();
  readonly #accounts = new Map<Actor | 'other', Account>();
  readonly #own = nothing();
  readonly #others = nothing();
  /** Accounts that an administrator may do anything to. */
  readonly #expendableUsers: string[] = [];

  private constructor(url: URL, admin: { email: string; password: string }, serviceToken: string) {
    this.#url = url;
    this.#admin = admin;
    this.#serviceToken = serviceToken;
  }

  /**
   * @param url of the gateway
   * @param serviceToken of the gateway, for what only services may call
   */
  static async prepare(url: URL, admin: { email: string; password: string }, serviceToken: string): Promise<Cast> {
    const cast = new Cast(url, admin, serviceToken);
    cast.#sessions.set('admin', await GatewaySession.open(url, admin));
    for (const who of ['user', 'other', 'expendable'] as const) cast.#accounts.set(who, await cast.#makeAccount(who));
    for (const who of ['user', 'expendable'] as const) cast.#sessions.set(who, await cast.#logIn(who));
    const other = await GatewaySession.open(url, cast.#accountOf('other').credentials);
    await cast.#fill(other, cast.#others, {
      filename: `${markers.filename}.txt`,
      metadata: { note: markers.metadata },
      text: `${markers.text}. Either party may terminate this Agreement upon 30 days notice.`,
    });
    await cast.replenish();
    return cast;
  }

  /** What goes into `authorization`; undefined for nobody. */
  authorizationOf(actor: Actor): string | undefined {
    switch (actor) {
      case 'nobody':
        return undefined;
      case 'forged':
        return `Bearer ${this.#own.session[0] ?? randomUUID()}.${'A'.repeat(43)}`;
      case 'service':
        return this.#serviceToken;
      default:
        return `Bearer ${this.#sessionOf(actor).token}`;
    }
  }

  idFor(actor: Actor, noun: Noun, whose: Belonging, index: number): string {
    if (whose === 'gone') return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const candidates = this.#candidates(actor, noun, whose);
    return candidates[index % candidates.length] ?? randomUUID();
  }

  /** Makes anew what requests have used up: sessions that ended, documents that were deleted. */
  async replenish(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#replenish();
      } catch (error) {
        // A request that is still under way may have used up what has just been made.
        if (attempt === attempts) throw error;
        await sleep(1000);
      }
    }
  }

  async #replenish(): Promise<void> {
    for (const actor of ['user', 'admin', 'expendable'] as const) {
      if (!(await this.#isAlive(actor))) await this.#renew(actor);
    }
    const user = this.#sessionOf('user');
    const { documents } = await this.#read<{ documents: { document_id: string }[] }>(user, '/api/documents?limit=6');
    this.#own.document = documents.map(({ document_id }) => document_id);
    this.#own.analysis = await this.#analysesOf(user, this.#own.document);
    await this.#fill(user, this.#own, {
      filename: 'own.txt',
      metadata: {},
      text: 'This Agreement is made by A and B. Either party may terminate it upon 30 days notice.',
    });
    await this.#makeProgram();
    if (this.#expendableUsers.length < fewest) this.#expendableUsers.push((await this.#makeAccount('spare')).id);
  }

  async #analysesOf(session: GatewaySession, documentIds: readonly string[]): Promise<string[]> {
    const lists = documentIds.map((id) =>
      this.#read<{ analyses: { analysis_id: string }[] }>(session, `/api/documents/${id}/analyses?limit=3`),
    );
    return (await Promise.all(lists)).flatMap(({ analyses }) => analyses.map(({ analysis_id }) => analysis_id));
  }

  #candidates(actor: Actor, noun: Noun, whose: 'own' | 'other'): readonly string[] {
    if (noun !== 'user') return (whose === 'own' ? this.#own : this.#others)[noun];
    // An administrator really could disable the others.
    if (actor === 'admin' || actor === 'service') return this.#expendableUsers;
    return [this.#accountOf(whose === 'own' ? 'user' : 'other').id, ...this.#expendableUsers];
  }

  /** Tops up to three documents, each reviewed, and three further sessions. */
  async #fill(
    session: GatewaySession,
    belongings: Belongings,
    { filename, metadata, text }: { filename: string; metadata: object; text: string },
  ): Promise<void> {
    while (belongings.document.length < fewest || belongings.analysis.length < fewest) {
      const form = new FormData();
      form.set('metadata', JSON.stringify(metadata));
      form.set('file', new Blob([text]), filename);
      const uploaded = await session.request('/api/upload', { method: 'POST', body: form });
      const { document_id } = (await uploaded.json()) as { document_id: string };
      belongings.document.push(document_id);
      const analysis = await session.request(`/api/analyze/${document_id}?wait=10`, withJson({ force: true }));
      belongings.analysis.push(((await analysis.json()) as { analysis_id: string }).analysis_id);
    }
    const opened = await session.request('/api/sessions', withJson({ permissions: ['read'] }));
    belongings.session = [...belongings.session, ((await opened.json()) as { session_id: string }).session_id].slice(
      -fewest,
    );
  }

  async #makeAccount(role: string): Promise<Account> {
    const credentials = { email: `${role}-${randomUUID()}@example.test`, password };
    const made = await this.#sessionOf('admin').request('/api/users', withJson(credentials));
    return { id: ((await made.json()) as { user_id: string }).user_id, credentials };
  }

  /** A service account with a credential, which an administrator may do anything to. */
  async #makeProgram(): Promise<void> {
    const admin = this.#sessionOf('admin');
    const made = await admin.request('/api/service-accounts', withJson({ name: randomUUID(), scopes: ['read'] }));
    const { service_account_id } = (await made.json()) as { service_account_id: string };
    const issued = await admin.request(`/api/service-accounts/${service_account_id}/credentials`, withJson({}));
    this.#own.account = [service_account_id];
    this.#own.credential = [((await issued.json()) as { credential_id: string }).credential_id];
  }

  async #isAlive(actor: Actor): Promise<boolean> {
    try {
      await this.#sessionOf(actor).request('/api/sessions');
      return true;
    } catch {
      // Refused, because the session ended; logging in says more.
      return false;
    }
  }

  async #renew(actor: 'user' | 'admin' | 'expendable'): Promise<void> {
    if (actor === 'expendable') this.#accounts.set(actor, await this.#makeAccount(actor));
    this.#sessions.set(actor, await this.#logIn(actor));
  }

  /** While others are throttled, this fails too, and is to be tried again. */
  #logIn(actor: 'user' | 'admin' | 'expendable'): Promise<GatewaySession> {
    return GatewaySession.open(this.#url, actor === 'admin' ? this.#admin : this.#accountOf(actor).credentials);
  }

  async #read<T>(session: GatewaySession, path: string): Promise<T> {
    return (await (await session.request(path)).json()) as T;
  }

  #sessionOf(actor: Actor): GatewaySession {
    const session = this.#sessions.get(actor);
    if (!session) throw new Error(`${actor} has no session`);
    return session;
  }

  #accountOf(who: Actor | 'other'): Account {
    const account = this.#accounts.get(who);
    if (!account) throw new Error(`${who} has no account`);
    return account;
  }
}
