import { parseArgs } from 'node:util';
import { accessUsage, gatewayUrlFrom, UsageError } from '../gateway/gateway-access.ts';
import { type ReportFormat, reportFormats } from './reports.ts';

export const usage = `Usage: npm run review -- [OPTION...] FILE...

Uploads contracts (PDF, DOCX, TXT, MD) to a running system, has them reviewed, and prints the results.

Options
  --json          print one JSON object per file instead of text: {file, document_id, analysis, reports} or
                  {file, error}
  --position P    whose side the review takes: customer, supplier, licensor, licensee or neutral (neutral)
  --engine E      what reviews: builtin, ollama or openai (builtin)
  --allow-fallback
                  have the built-in engine review if a language model fails
  --report LIST   also write reports, of the formats named: md, html, docx, ics, json (for example docx,ics)
  --out DIR       where to write them (the current directory); made if there is none
  --force         review again even if an identical finished review exists
  --timeout SEC   how long to wait for each review (600; at most 86400)
  --help          show this

${accessUsage}
Exit codes
  0  every file was reviewed, and every report written that there can be
  1  at least one file was refused, its review failed, or a report of it could not be written
  2  wrong usage, or DIR cannot be written to
  3  the system cannot be reached, or refuses the login
`;

const positions = ['neutral', 'customer', 'supplier', 'licensor', 'licensee'] as const;
type Position = (typeof positions)[number];
const engines = ['builtin', 'ollama', 'openai'] as const;
type Engine = (typeof engines)[number];

const mostSeconds = 86_400;

export interface ReviewSettings {
  files: string[];
  json: boolean;
  /** Whose side the reviews take. */
  position: Position;
  engine: Engine;
  /** Have the built-in engine review if a language model fails. */
  allowFallback: boolean;
  /** Of the reports to write. */
  reports: ReportFormat[];
  /** The directory that the reports go to. */
  out: string;
  force: boolean;
  timeoutMs: number;
  url: URL;
}

/**
 * @returns `help` when that is what was asked for
 * @throws {UsageError}
 */
export function settingsFrom(args: string[], env: NodeJS.ProcessEnv): ReviewSettings | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (positionals.length === 0) throw new UsageError('Name at least one file.');
  const seconds = Number(values.timeout);
  if (!(seconds > 0 && seconds <= mostSeconds)) {
    throw new UsageError(`--timeout takes a number of seconds, at most ${mostSeconds}.`);
  }
  const position = positions.find((each) => each === values.position);
  if (!position) throw new UsageError(`--position takes one of ${positions.join(', ')}.`);
  const engine = engines.find((each) => each === values.engine);
  if (!engine) throw new UsageError(`--engine takes one of ${engines.join(', ')}.`);
  const url = gatewayUrlFrom(env);
  return {
    files: positionals,
    json: values.json,
    position,
    engine,
    allowFallback: values['allow-fallback'],
    reports: reportsFrom(values.report),
    out: values.out,
    force: values.force,
    timeoutMs: seconds * 1000,
    url,
  };
}

function reportsFrom(list: string | undefined): ReportFormat[] {
  const names = list === undefined ? [] : [...new Set(list.split(',').map((name) => name.trim()))];
  const formats = names.map((name) => reportFormats.find((format) => format === name));
  if (formats.includes(undefined)) throw new UsageError(`--report takes a list of ${reportFormats.join(', ')}.`);
  return formats.filter((format) => format !== undefined);
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        position: { type: 'string', default: 'neutral' },
        engine: { type: 'string', default: 'builtin' },
        'allow-fallback': { type: 'boolean', default: false },
        report: { type: 'string' },
        out: { type: 'string', default: '.' },
        force: { type: 'boolean', default: false },
        timeout: { type: 'string', default: '600' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
