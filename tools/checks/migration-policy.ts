import type { Finding } from './outcome.ts';

/** The last migration of each folder that is older than the policy: until then no system had rows to be careful with. */
const olderThanPolicy: Readonly<Record<string, string>> = {
  'platform/migrations': '0006',
  'services/analysis/migrations': '0004',
  'services/document/migrations': '0004',
  'services/session/migrations': '0005',
};

interface Rule {
  forbids: RegExp;
  message: string;
}

/** docs/migrations.md gives the reasons. */
const rules: readonly Rule[] = [
  {
    forbids: /\bCONCURRENTLY\b/i,
    message: 'cannot run in the transaction of the migrations: put it into a "-- Before:" line',
  },
  {
    forbids: /\bDROP\s+(TABLE|COLUMN)\b/i,
    message: 'the release before still uses it: contract in a later release, with a "-- Contract:" line',
  },
  { forbids: /\bRENAME\b/i, message: 'the release before knows the old name: add, copy, and drop in a later release' },
  {
    forbids: /\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b/i,
    message: 'rewrites the table: add a column of the new type',
  },
  {
    forbids: /\bSET\s+NOT\s+NULL\b/i,
    message: 'reads the whole table under a lock: add a CHECK ... NOT VALID and validate it later',
  },
  {
    forbids: /\bADD\s+(CONSTRAINT\s+\w+\s+)?(CHECK|FOREIGN\s+KEY)\b(?![\s\S]*\bNOT\s+VALID\b)/i,
    message: 'reads the whole table under a lock: add it NOT VALID and validate it in a later migration',
  },
  {
    forbids: /\bADD\s+(CONSTRAINT\s+\w+\s+)?(UNIQUE|PRIMARY\s+KEY)\s*\(/i,
    message: 'builds an index under a lock: use one that was built before (USING INDEX)',
  },
  {
    forbids: /\bDEFAULT\s+(gen_random_uuid|clock_timestamp|random|nextval)\b/i,
    message: 'a volatile default rewrites the table',
  },
  { forbids: /\b(VACUUM|CLUSTER|REINDEX)\b|\bLOCK\s+TABLE\b/i, message: 'holds the table up: not in a migration' },
];

/** Statements of a migration that would hold up, or break, the release that is running while it is applied. */
export function findPolicyViolations(file: string, sql: string): Finding[] {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const number = file.slice(folder.length + 1, folder.length + 5);
  if (number <= (olderThanPolicy[folder] ?? '')) return [];
  const up = sql.split(/^-- Down Migration/m)[0] ?? '';
  const created = new Set([...up.matchAll(/\bCREATE\s+(?:UNLOGGED\s+)?TABLE\s+(\w+)/gi)].map(([, table]) => table));
  const isContraction = /^-- Contract: \S/m.test(up);
  const findings: Finding[] = [];
  for (const { statement, line } of statementsOf(up)) {
    const table = /\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(\w+)/i.exec(statement)?.[1];
    // A table that is made here has no rows, and nobody uses it yet.
    if (/^CREATE\s+(UNLOGGED\s+)?TABLE\b/i.test(statement) || (table !== undefined && created.has(table))) continue;
    const index = /^CREATE\s+(?:UNIQUE\s+)?INDEX\s+(IF\s+NOT\s+EXISTS\s+)?(\w+)\s+ON\s+(\w+)/i.exec(statement);
    if (index && !created.has(index[3]) && !(index[1] && isBuiltBefore(index[2] as string, up))) {
      findings.push({
        file,
        line,
        message: 'is built under a lock: IF NOT EXISTS, and a "-- Before: CREATE INDEX CONCURRENTLY" line',
      });
    }
    for (const { forbids, message } of rules) {
      const contracts =
        isContraction && /^(ALTER|DROP)\b/i.test(statement) && /\bDROP\s+(TABLE|COLUMN)\b/i.test(statement);
      if (forbids.test(statement) && !contracts) findings.push({ file, line, message });
    }
  }
  return findings;
}

function isBuiltBefore(index: string, sql: string): boolean {
  return new RegExp(`^-- Before: CREATE (UNIQUE )?INDEX CONCURRENTLY (IF NOT EXISTS )?\\S*\\b${index}\\b`, 'm').test(
    sql,
  );
}

/** Its statements without comments and the bodies of functions, and the lines that they begin in. */
function statementsOf(sql: string): { statement: string; line: number }[] {
  const blank = (text: string) => text.replace(/[^\n]/g, ' ');
  const bare = sql
    .replace(/--.*$/gm, blank)
    .replace(/(\$\w*\$)[\s\S]*?\1/g, blank)
    .replace(/'(?:[^']|'')*'/g, blank);
  const statements: { statement: string; line: number }[] = [];
  let at = 0;
  for (const part of bare.split(';')) {
    const begin = at + part.length - part.trimStart().length;
    at += part.length + 1;
    if (part.trim() !== '') statements.push({ statement: part.trim(), line: bare.slice(0, begin).split('\n').length });
  }
  return statements;
}
