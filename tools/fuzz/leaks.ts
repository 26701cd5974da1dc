/** What belongs to the other user alone, and can be found again wherever it turns up. */
export const markers = {
  text: 'zq7other7text7marker',
  filename: 'zq7other7filename7marker',
  metadata: 'zq7other7metadata7marker',
} as const;

const insides: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a stack trace', /\n?\s+at [\w.<>[\] ]*\(?(?:file:\/\/|node:|\/)[^\s)]+:\d+/],
  ['the path of a source file', /(?:services|platform|gateway|node_modules)\/[\w./-]+\.(?:ts|js|mjs)\b/],
  ['a path of this machine', /(?:\/tmp\/contract-reviewer|\/home\/\w|\/root\/|\/var\/lib|\/proc\/)/],
  [
    'SQL',
    /\b(?:select\s+[\w"*].{0,80}\bfrom\s+["\w]|insert\s+into\s+["\w]|update\s+["\w.]+\s+set\s|syntax error at or near|violates \w+[ -]\w* ?constraint|invalid byte sequence for encoding)/i,
  ],
  [
    'an error of PostgreSQL',
    /\b(?:SQLSTATE|relation "[^"]+" does not exist|pg_(?:catalog|boss)|PostgresError|DatabaseError)\b/,
  ],
  ['an error of Redis', /\b(?:ReplyError|NOSCRIPT|WRONGTYPE|NOPERM|ioredis)\b/],
  [
    'a name of the program',
    /\b(?:TypeError|RangeError|ReferenceError|SyntaxError|FST_ERR_\w+|ERR_[A-Z]+_[A-Z_]+|ECONN\w+|UnhandledPromise|is not a function|Cannot read propert)/,
  ],
  ['a hash of a password', /\$argon2/],
];

/**
 * Something in an answer that its reader must not see.
 *
 * @param sent what the request held itself, which is no secret to its sender
 * @returns what it is, or undefined
 */
export function leakIn(answer: string, sent: string): string | undefined {
  for (const [name, marker] of Object.entries(markers)) {
    if (answer.includes(marker)) return `the other user's ${name}`;
  }
  for (const [what, pattern] of insides) {
    const found = pattern.exec(answer)?.[0];
    if (found !== undefined && !sent.includes(found)) return `${what}: ${found.slice(0, 200)}`;
  }
  return undefined;
}
