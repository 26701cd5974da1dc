import { createHash, randomBytes } from 'node:crypto';
import { parseEnv } from 'node:util';
import { assertionPublicKeysOf } from '@contract-reviewer/platform/auth/assertion-keys';

const hashSuffix = '_SHA256';
const publicKeysSuffix = '_PUBLIC_KEYS';
const assignment = /^([A-Z][A-Z0-9_]*)=(.*)$/;

/**
 * The text of a `.env`: the template, comments and all, with every value that is empty in it filled in.
 *
 * What `current` sets is kept, also what the template does not know; `X_SHA256` is always the SHA-256 of `X` in
 * hexadecimal, and `X_PUBLIC_KEYS` the public half of `X_KEY`; the rest gets 256 random bits in base64url.
 *
 * @param template the text of `.env.example`.
 * @param current the text of the `.env` that is there already, or nothing.
 * @throws when a hash or a public key stands before what it is of.
 */
export function environmentFile(template: string, current: string): string {
  const kept = parseEnv(current);
  const values = new Map<string, string>();
  const lines = linesOf(template).map((line) => {
    const [, name, preset] = assignment.exec(line) ?? [];
    if (name === undefined) return line;
    const value = fillIn(name, values, kept[name] || preset || undefined);
    values.set(name, value);
    return `${name}=${value}`;
  });
  const others = linesOf(current).filter((line) => {
    const name = assignment.exec(line)?.[1];
    return name !== undefined && !values.has(name);
  });
  return `${[...lines, ...others].join('\n')}\n`;
}

const linesOf = (text: string): string[] => text.trimEnd().split('\n');

function fillIn(name: string, before: ReadonlyMap<string, string>, given: string | undefined): string {
  const original = (suffix: string, replacement = ''): string => {
    const source = name.slice(0, -suffix.length) + replacement;
    const value = before.get(source);
    if (value === undefined) throw new Error(`${name} must stand after ${source}, from which it follows`);
    return value;
  };
  if (name.endsWith(hashSuffix)) return createHash('sha256').update(original(hashSuffix)).digest('hex');
  if (name.endsWith(publicKeysSuffix)) return assertionPublicKeysOf(original(publicKeysSuffix, '_KEY'));
  return given ?? randomBytes(32).toString('base64url');
}
