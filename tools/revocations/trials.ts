import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultySystem } from '../faults/system/faulty-system.ts';
import { HttpClient } from '../faults/workload/http-client.ts';
import { type Ask, type Asks, connectAsks } from './asks.ts';
import { type Acceptance, Probe } from './probe.ts';
import type { RedisState, Settings } from './settings.ts';
import { type Taking, type TakingName, takingNames, takings, type World } from './takings.ts';

export interface Trial {
  taking: TakingName;
  redis: RedisState;
  /** Requests that were accepted before it was taken away: proof that it was in use. */
  acceptedBefore: number;
  /** Requests that were accepted although they were sent after the acknowledgement. */
  acceptedAfter: readonly Acceptance[];
  asked: number;
  unknown: number;
  /** From the request that takes it away to the acknowledgement. */
  acknowledgedAfterMs: number;
}

/** So that every replica has seen it, and remembers what it may. */
const useMs = 500;
/** Longer than anything that was learned before can be trusted. */
const afterMs = 1500;
/** A restored Redis is registered, and serves again, within this. */
const restoredMs = 3000;

/** Runs the trials, some at a time, an equal share of them in each state of Redis. */
export async function runTrials(
  system: FaultySystem,
  settings: Settings,
  report: (line: string) => void,
): Promise<Trial[]> {
  using asks = connectAsks(system);
  const https = system.replicas.gateway.map(({ port }) => new HttpClient(port));
  using cleanUp = new DisposableStack();
  for (const http of https) cleanUp.use(http);
  const world = await worldOf(system, asks, https);

  const trials: Trial[] = [];
  const share = Math.ceil(settings.trials / settings.redis.length);
  for (const redis of settings.redis) {
    const run = async () => {
      for (let done = 0; done < share; ) {
        const names = Array.from(
          { length: Math.min(settings.atOnce, share - done) },
          (_, index) => takingNames[(trials.length + index) % takingNames.length] as TakingName,
        );
        trials.push(...(await runTogether({ system, asks, world, rate: settings.rate }, redis, names)));
        done += names.length;
        report(`Redis ${redis}: ${done} of ${share}`);
      }
    };
    if (redis === 'down') await system.redis.server.restart('SIGKILL', run);
    else await run();
  }
  return trials;
}

interface Bench {
  system: FaultySystem;
  asks: Asks;
  world: World;
  rate: number;
}

async function runTogether(bench: Bench, redis: RedisState, names: readonly TakingName[]): Promise<Trial[]> {
  const ready = await Promise.all(names.map((name) => takings[name](bench.world)));
  await using stack = new AsyncDisposableStack();
  const probes = ready.map((taking) => stack.use(new Probe(asksFor(taking, bench.asks), taking.use, bench.rate)));
  await sleep(useMs);
  if (redis === 'old') await bench.system.redis.save();
  const times = await Promise.all(ready.map(takeAway));
  if (redis === 'old') {
    await bench.system.redis.server.restart('SIGKILL', async () => undefined);
    await sleep(restoredMs);
  }
  await sleep(afterMs);
  await stack.disposeAsync();
  if (redis === 'old') await bench.system.redis.forgetDump();

  return names.map((taking, index) => {
    const probe = probes[index] as Probe;
    const { takenAt, acknowledgedAt } = times[index] as Times;
    return {
      taking,
      redis,
      acceptedBefore: probe.acceptances.filter(({ sentAt }) => sentAt < takenAt).length,
      acceptedAfter: probe.acceptedSince(acknowledgedAt),
      asked: probe.asked,
      unknown: probe.unknown,
      acknowledgedAfterMs: acknowledgedAt - takenAt,
    };
  });
}

function asksFor({ sparesSession }: Taking, { all }: Asks): readonly Ask[] {
  return sparesSession ? all.filter(({ needsDocument }) => needsDocument) : all;
}

interface Times {
  takenAt: number;
  acknowledgedAt: number;
}

async function takeAway(taking: Taking): Promise<Times> {
  const takenAt = performance.now();
  await taking.take();
  return { takenAt, acknowledgedAt: performance.now() };
}

async function worldOf({ admin }: FaultySystem, { clients }: Asks, https: readonly HttpClient[]): Promise<World> {
  const opened = await clients.gateways[0]?.login(admin.email, admin.password);
  if (opened?.kind !== 'ok') throw new Error('the administrator cannot log in');
  let turn = 0;
  return {
    adminToken: opened.value.token,
    gateway: () => {
      turn += 1;
      const index = turn % https.length;
      return { api: clients.gateways[index] as (typeof clients.gateways)[number], http: https[index] as HttpClient };
    },
  };
}
