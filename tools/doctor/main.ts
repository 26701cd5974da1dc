import { parseArgs } from 'node:util';
import { examine } from './examine.ts';
import { textOf } from './render.ts';
import { actualSurroundings } from './surroundings.ts';

const usage = `Usage: npm run doctor [-- OPTION...]

Looks at what Contract Reviewer needs here (Node and packages, settings, data directory, disk, ports or the running system,
PostgreSQL and Redis servers with their roles, rights, migrations and clocks, ruleset, model server), and says what to do
about what it finds. It changes nothing. It reads the settings of \`npm start\`: give it the same.

Options
  --json    prints the findings as JSON
  --help    shows this

Exits with 0 when nothing keeps the system from working, 1 when something does, 2 on wrong usage.
`;

async function main(): Promise<number> {
  let options: { json: boolean; help: boolean };
  try {
    const flag = { type: 'boolean', default: false } as const;
    options = parseArgs({ options: { json: flag, help: flag } }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const findings = await examine(actualSurroundings());
  console.log(options.json ? JSON.stringify(findings, null, 2) : textOf(findings));
  return findings.some(({ level }) => level === 'fault') ? 1 : 0;
}

process.exitCode = await main();
