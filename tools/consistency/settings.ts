import { parseArgs } from 'node:util';
import { accessUsage, gatewayUrlFrom, UsageError } from '../gateway/gateway-access.ts';

export const usage = `Usage: npm run consistency -- [OPTION...]

Compares what Redis holds with PostgreSQL, entry by entry, in a running system, and prints what is wrong.
Nothing is changed unless --repair is given. It takes an administrator.

Options
  --family F  check one key family: document, documents_list, documents_list_generation, analysis,
              document_analysis or session
  --repair    remove faulty entries; they are read from PostgreSQL again when somebody asks for them
  --json      print one JSON object {agree, repair, services} instead of text
  --help      show this

${accessUsage}
Exit codes
  0  the stores agree
  1  they do not, or did not before --repair; run it again to see
  2  wrong usage
  3  a part of the system cannot be reached, or refuses the login, and what was checked agrees
`;

export interface ConsistencySettings {
  family: string | undefined;
  repair: boolean;
  json: boolean;
  url: URL;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function settingsFrom(args: string[], env: NodeJS.ProcessEnv): ConsistencySettings | 'help' {
  const { help, family, repair, json } = parse(args);
  return help ? 'help' : { family, repair, json, url: gatewayUrlFrom(env) };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        family: { type: 'string' },
        repair: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
