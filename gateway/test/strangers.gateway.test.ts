import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../src/openapi-document.ts';
import { type GatewayStack, startGateway } from './gateway-stack.ts';
import { askGateway, callDirectly, methods, type Outcome } from './strangers/asking.ts';
import { type Entitled, type Stranger, strangers, type Verdict, type Verdicts } from './strangers/callers.ts';
import { restRows } from './strangers/rest-rows.ts';
import { rpcRows } from './strangers/rpc-rows.ts';
import { makeWorld, marker, type World } from './strangers/world.ts';

/**
 * Every route and every RPC, asked by everybody for what is not theirs. The lists come from the OpenAPI document and the
 * proto descriptors; what is not in the tables, or only in the tables, fails.
 */
let stack: GatewayStack;
let world: World;
beforeAll(async () => {
  stack = await startGateway();
  world = await makeWorld(stack);
}, 120_000);
afterAll(() => stack?.[Symbol.asyncDispose]());

const { paths } = JSON.parse(await openApiDocument()) as { paths: Record<string, object> };
const routes = Object.entries(paths).flatMap(([path, operations]) =>
  Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
);

/** What of the owner's an answer tells to somebody who is not to know it. */
function toldIn(answer: string, expected: Verdict, stranger: Stranger): string[] {
  if (expected === 'allowed') return [];
  const { user_id, ...others } = world.ids;
  // A refusal may repeat what was asked for. Narrowed is a session of the owner's, who may know who they are.
  const ids = expected === 'own' ? [...Object.values(others), ...(stranger === 'narrowed' ? [] : [user_id])] : [];
  return [marker, ...ids].filter((secret) => answer.includes(secret));
}

interface Row {
  verdicts: Verdicts;
  entitled: Entitled | undefined;
  shows?: string;
}

/** Has everybody ask, and compares what becomes of it with the row. */
async function expectVerdicts(
  { verdicts, entitled, shows = '' }: Row,
  askAs: (caller: Stranger | Entitled) => Promise<Outcome>,
): Promise<void> {
  const expected = Object.entries(verdicts).filter(([, verdict]) => verdict !== 'omitted') as [Stranger, Verdict][];
  const outcomes = await Promise.all(
    expected.map(async ([stranger, verdict]) => {
      const outcome = await askAs(stranger);
      expect(toldIn(outcome.answer, verdict, stranger), `told to ${stranger}: ${outcome.answer}`).toEqual([]);
      return [stranger, outcome.verdict];
    }),
  );
  const asAnswered = expected.map(([stranger, verdict]) => [stranger, verdict === 'own' ? 'allowed' : verdict]);
  expect(Object.fromEntries(outcomes)).toEqual(Object.fromEntries(asAnswered));
  if (!entitled) return;
  const { verdict, answer } = await askAs(entitled);
  expect(verdict, answer).toBe('allowed');
  expect(answer).toContain(shows);
}

describe('over the gateway', () => {
  it('there is a row for every route, and a route for every row', () => {
    expect(Object.keys(restRows).sort()).toEqual(routes.sort());
  });

  it.each(Object.entries(restRows))('%s is for whom it is for, and for nobody else', async (name, row) => {
    await expectVerdicts(row, (caller) => askGateway(stack, world, [name, row], caller));
  });
});

describe('directly over gRPC', () => {
  it('there is a row for every method, and a method for every row', () => {
    expect(Object.keys(rpcRows).sort()).toEqual([...methods.keys()].sort());
  });

  it.each(Object.entries(rpcRows))('%s is for whom it is for, and for nobody else', async (path, row) => {
    await expectVerdicts(row, (caller) => callDirectly(stack, world, [path, row], caller));
  });
});

describe('the tables', () => {
  it('say of each kind of stranger what is to become of their request', () => {
    for (const { verdicts } of [...Object.values(restRows), ...Object.values(rpcRows)]) {
      expect(Object.keys(verdicts).sort()).toEqual([...strangers].sort());
    }
  });
});
