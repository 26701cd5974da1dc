import type { Credentials } from './gateway-access.ts';

/** The gateway answered with a problem (RFC 9457), whose detail is for people. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** The gateway cannot be reached. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

export interface Problem {
  status: number;
  title?: string;
  detail?: string;
}

export function problemOf({ status, title, detail }: Problem): ProblemError {
  return new ProblemError(status, detail ?? title ?? `HTTP ${status}`);
}

const requestTimeoutMs = 30_000;

/** A login at the gateway, and requests in it. */
export class GatewaySession {
  /** The bearer token. */
  readonly token: string;
  readonly #url: URL;

  private constructor(url: URL, token: string) {
    this.#url = url;
    this.token = token;
  }

  /** @throws {ProblemError} if the login is refused @throws {UnreachableError} */
  static async open(url: URL, credentials: Credentials): Promise<GatewaySession> {
    if ('token' in credentials) return new GatewaySession(url, credentials.token);
    const response = await request(new URL('/api/login', url), withJson(credentials), requestTimeoutMs);
    const { token } = (await response.json()) as { token: string };
    return new GatewaySession(url, token);
  }

  /** @throws {ProblemError} if the answer is one @throws {UnreachableError} also when there is no answer in time */
  async request(path: string, init: RequestInit = {}, timeoutMs = requestTimeoutMs): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.token}`);
    return request(new URL(path, this.#url), { ...init, headers }, timeoutMs);
  }
}

/** A POST of that body. */
export function withJson(body: object): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function request(url: URL, init: RequestInit, timeoutMs: number): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(Math.max(1, Math.round(timeoutMs))) });
  } catch (error) {
    throw new UnreachableError(`${url.origin} does not answer: ${reasonOf(error)}`, { cause: error });
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  throw problemOf({ ...problem, status: response.status });
}

function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  return cause instanceof Error && cause.message ? cause.message : (error as Error).message;
}
