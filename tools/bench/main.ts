import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '@contract-reviewer/platform/embedded/store-error';
import { GatewaySession } from '../gateway/gateway-session.ts';
import { HOST } from '../stack/process-environment.ts';
import { UsageError } from '../stack/settings.ts';
import { shutdownSignal } from '../stack/shutdown-signal.ts';
import { StartError } from '../stack/start-error.ts';
import { chartOf } from './chart.ts';
import { measureScenario } from './measure.ts';
import { type Bodies, startReferences } from './references/references.ts';
import { type Scenario, scenariosFor } from './scenarios.ts';
import { type Seed, seed } from './seed.ts';
import { readSettings, type Settings, usage } from './settings.ts';
import { type Round, type Row, summarise } from './summary.ts';
import { startBenchSystem } from './system.ts';
import { latencyTableOf, throughputTableOf } from './tables.ts';

/**
 * All of the load comes from one address and most of it from one user, who would use up a minute's points in seconds. They
 * are counted all the same, which is what limits cost.
 */
const unlimited = { RATE_LIMIT_USER_POINTS: '1000000000', RATE_LIMIT_ADDRESS_POINTS: '1000000000' };

async function runBench(settings: Settings, signal: AbortSignal): Promise<void> {
  const report = (line: string) => console.error(line);
  await using system = await startBenchSystem(report, signal, unlimited);
  report(`Making ${settings.documents} documents and analyses`);
  const data = await seed(system, settings.documents);
  await using references = await startReferences(system, data, await bodiesOf(system.port, data));

  const scenarios = chosen(scenariosFor({ system, seed: data, references }), settings.scenarios);
  const rounds: Round[] = [];
  for (let round = 1; round <= settings.rounds; round += 1) {
    for (const connections of settings.connections) {
      for (const scenario of scenarios) {
        report(`Round ${round} of ${settings.rounds}: ${scenario.name}, ${connections} connections`);
        const results = await measureScenario(scenario, connections, {
          redisUrls: system.redisUrls,
          seconds: settings.seconds,
          prepare: references.putBodies,
          report,
          signal,
        });
        rounds.push({ scenario: scenario.name, connections, results });
      }
    }
  }
  const rows = summarise(rounds);
  console.log(tablesOf(rows));
  if (settings.out !== undefined) await publish(settings.out, settings, rows);
}

/** What the system answers to the reads, for the bare chain to answer as well. */
async function bodiesOf(port: number, { token, sessionId, documentIds, analysisIds }: Seed): Promise<Bodies> {
  const session = await GatewaySession.open(new URL(`http://${HOST}:${port}`), { token });
  const read = async (path: string) => (await session.request(path)).text();
  return {
    document: await read(`/api/documents/${documentIds[0]}`),
    analysis: await read(`/api/analyses/${analysisIds[0]}`),
    list: await read('/api/documents?limit=10&offset=0'),
    session: await read(`/api/sessions/${sessionId}`),
  };
}

function chosen(all: readonly Scenario[], names: readonly string[] | undefined): readonly Scenario[] {
  if (names === undefined) return all;
  return names.map((name) => {
    const found = all.find((scenario) => scenario.name === name);
    if (!found) throw new UsageError(`--scenarios: ${name} is none of ${all.map((each) => each.name).join(', ')}`);
    return found;
  });
}

async function publish(directory: string, settings: Settings, rows: readonly Row[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'results.json'), `${JSON.stringify({ settings, rows }, null, 2)}\n`);
  await writeFile(join(directory, 'table.md'), `${tablesOf(rows)}\n`);
  const most = Math.max(...settings.connections);
  await writeFile(join(directory, 'chart.svg'), chartOf(rows, most));
}

function tablesOf(rows: readonly Row[]): string {
  return `${throughputTableOf(rows)}\n\n${latencyTableOf(rows)}`;
}

/** @returns 0 when everything was measured, 1 when it could not be, 2 on wrong usage */
async function main(): Promise<number> {
  const signal = shutdownSignal({ watchParent: process.env.npm_lifecycle_event !== undefined });
  try {
    const settings = readSettings(process.argv.slice(2));
    if (settings === 'help') console.log(usage);
    else await runBench(settings, signal);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage}`);
      return 2;
    }
    if (signal.aborted && error instanceof Error && error.name === 'AbortError') return 1;
    if (!(error instanceof StartError || error instanceof StoreError)) throw error;
    console.error(error.message);
    return 1;
  }
}

process.exitCode = await main();
