import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credentials, type GatewayStack, problemIn, startGateway } from './gateway-stack.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

/** Wrong tries in each storm. */
const tries = Number(process.env.LOGIN_STORM ?? 300);
const workers = 50;
const windowMs = 10_000;
const home = '198.51.100.7';
const attackers = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '2001:db8::1', '2001:db8:1::1'];

let gateway: GatewayStack;
let admin: { authorization: string };
beforeAll(async () => {
  gateway = stack.use(await startGateway());
  admin = await gateway.login();
});

let users = 0;
async function newUser(): Promise<Credentials> {
  users += 1;
  const credentials = { email: `owner-${users}@example.test`, password: 'correct horse battery staple' };
  await gateway.server.inject({ method: 'POST', url: '/api/users', headers: admin, payload: credentials });
  return credentials;
}

async function login(payload: Credentials, remoteAddress: string) {
  const response = await gateway.server.inject({ method: 'POST', url: '/api/login', payload, remoteAddress });
  return { status: response.statusCode, retryAfterMs: Number(response.headers['retry-after']) * 1000, response };
}

/** Wrong passwords, by many workers at once, none of whom waits as they are told. @returns the answers by status */
async function storm(email: string, addresses: readonly string[]): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  let next = 0;
  const work = async () => {
    for (let attempt = next++; attempt < tries; attempt = next++) {
      const address = addresses[attempt % addresses.length] as string;
      const { status } = await login({ email, password: `wrong guess number ${attempt}` }, address);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return statuses;
}

describe(`a storm of ${tries} wrong passwords`, () => {
  it('is throttled wherever it comes from, and the owner gets in meanwhile from where they did before', async () => {
    const owner = await newUser();
    expect((await login(owner, home)).status).toBe(200);
    const startedAt = performance.now();
    const over = new AbortController();
    const raging = storm(owner.email, attackers).finally(() => over.abort());
    let logins = 0;
    do {
      expect((await login(owner, home)).status).toBe(200);
      logins += 1;
      await setTimeout(100);
    } while (!over.signal.aborted);
    const statuses = await raging;
    const windows = Math.ceil((performance.now() - startedAt) / windowMs) + 1;
    expect(new Set(statuses.keys())).toEqual(new Set([401, 429]));
    expect(statuses.get(401)).toBeLessThanOrEqual(3 * windows);
    expect(logins).toBeGreaterThan(0);
    console.info(
      `${statuses.get(401)} of ${tries} passwords were looked at, ${logins} logins of the owner went through`,
    );
  }, 120_000);

  it('from where the owner is as well lets them in a few seconds after it is over', async () => {
    const owner = await newUser();
    expect((await login(owner, home)).status).toBe(200);
    const statuses = await storm(owner.email, [home]);
    expect(statuses.get(429)).toBeGreaterThan(tries / 2);
    const endedAt = performance.now();
    let answer = await login(owner, home);
    while (answer.status === 429) {
      expect(problemIn(answer.response)).toMatchObject({ reason: 'TOO_MANY_ATTEMPTS', status: 429 });
      expect(answer.retryAfterMs).toBeLessThanOrEqual(windowMs);
      await setTimeout(answer.retryAfterMs);
      answer = await login(owner, home);
    }
    expect(answer.status).toBe(200);
    expect(performance.now() - endedAt).toBeLessThan(1.5 * windowMs);
  }, 120_000);

  it('at an address that does not exist is answered as one at an address that does', async () => {
    const owner = await newUser();
    const bodies: Record<string, unknown>[][] = [];
    for (const email of [owner.email, 'nobody@example.test']) {
      const answers: Record<string, unknown>[] = [];
      for (let attempt = 0; attempt < 5; attempt += 1) {
        answers.push(
          problemIn((await login({ email, password: 'a wrong guess' }, `192.0.2.${bodies.length}`)).response),
        );
      }
      bodies.push(answers);
    }
    expect(bodies[0]?.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
    expect(bodies[1]).toEqual(bodies[0]);
  }, 60_000);
});
