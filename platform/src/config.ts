import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The settings of a process cannot be used; the message lists everything that is wrong with them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const lineEnds = /[\r\n]+$/;

/**
 * Reads settings from environment variables. The schema's keys are the variables' names.
 *
 * A variable `X_FILE` names a file that holds the value of `X`, as container secrets do; it is read once, and the line
 * end that editors add is no part of the value. An empty variable counts as unset, because that is what `X=` in an env
 * file means to people.
 *
 * @throws {ConfigError} naming every setting that is missing or wrong, never showing a value.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<Shape>> {
  const problems = new Map<string, string>();
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const file = env[`${name}_FILE`];
    // Which of the two was meant nobody can tell, and a secret that was replaced would go on in the other.
    if (env[name] && file) problems.set(name, `${name}: set either ${name} or ${name}_FILE, not both`);
    try {
      const value = env[name] || (file && readFileSync(file, 'utf8').replace(lineEnds, ''));
      if (value) values[name] = value;
    } catch (error) {
      problems.set(name, `${name}_FILE: cannot read the file (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  const result = schema.safeParse(values);
  for (const { path, message } of result.error?.issues ?? []) {
    const name = String(path[0]);
    if (!problems.has(name)) problems.set(name, `${name}: ${name in values ? message : 'is required'}`);
  }
  if (!result.success || problems.size > 0) {
    throw new ConfigError(['These settings cannot be used:', ...problems.values()].join('\n  '));
  }
  return result.data;
}

/** A whole number in decimal digits, within [min, max]. */
export function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
}

/** A decimal fraction from 0 to 1. */
export const ratio = z
  .string()
  .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'must be a number from 0 to 1')
  .transform(Number)
  .meta({ title: '0 to 1' });

/** A TCP port; 0 lets the system choose. */
export const port = integer(0, 65_535);

/** `1` or `true`, `0` or `false`. */
export const flag = z
  .enum(['1', 'true', '0', 'false'], 'must be 1, 0, true or false')
  .transform((value) => value === '1' || value === 'true')
  .meta({ title: '`1`, `true`, `0` or `false`' });

/** `host:port` of a gRPC server, or any target that gRPC's name resolution knows, such as `dns:///document:7001`. */
export const address = z
  .string()
  .regex(/^[\w.:/,[\]-]+$/, 'must be host:port')
  .meta({ title: 'host:port' });

/** `http://` or `https://`, without a user, a query or a fragment, which have no place in an address that paths are appended to. */
export const httpUrl = z
  .string()
  .transform((value) => URL.parse(value))
  .refine(
    (url) =>
      url !== null &&
      /^https?:$/.test(url.protocol) &&
      [url.username, url.password, url.search, url.hash].every((part) => part === ''),
    'must be http://host or https://host, with a path at most',
  )
  .transform((url) => url as URL)
  .meta({ title: 'http:// or https:// URL' });

export const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
  .meta({ title: 'postgres:// URL' });

export const redisUrl = z
  .string()
  .regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')
  .meta({ title: 'redis:// or rediss:// URL' });

export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info');

/** Something before an @ and something after it: `admin@localhost` is an address too. */
export const emailAddress = z
  .string()
  .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address')
  .meta({ title: 'e-mail address' });
