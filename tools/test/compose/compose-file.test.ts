import { parseEnv } from 'node:util';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import { environmentFile } from '../../compose/environment-file.ts';
import { handedOnSettings } from '../../stack/handed-on-settings.ts';
import { processEnvironment, type Wiring } from '../../stack/process-environment.ts';
import { processNames } from '../../stack/process-names.ts';
import { type ComposeService, composeFileWith, repositoryFile, variablesOf } from './compose-file.ts';

const example = repositoryFile('.env.example');
const variables = parseEnv(environmentFile(example, ''));
const { services } = composeFileWith(variables);
const all = Object.entries(services);

const serviceNamed = (name: string): ComposeService => {
  const service = services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
};

const wiring: Wiring = {
  port: 1,
  grpcPorts: { document: 2, analysis: 3, session: 4 },
  metricsPorts: { document: 5, analysis: 6, session: 7 },
  databaseUrls: { document: '', analysis: '', session: '' },
  redisUrls: { document: '', analysis: '', session: '', gateway: '' },
  serviceTokens: { document: '', analysis: '', session: '', gateway: '' },
  admin: { email: '', password: '' },
  assertionKey: 'k'.repeat(43),
  auditKey: '',
  blobDirectory: '',
  logLevel: '',
  handedOn: { document: {}, analysis: {}, session: {}, gateway: {} },
};

/** The optional settings, which .env.example has commented out, as if all were set. */
const optional = [...example.matchAll(/^# ([A-Z\d_]+)=$/gm)].map(([, name = '']) => name);
const handedOn = handedOnSettings(Object.fromEntries(optional.map((name) => [name, '1'])));

/** The names of `name=hash,name=hash`. */
const namesIn = (trusted = ''): string[] =>
  trusted
    .split(',')
    .map((entry) => entry.split('=')[0] ?? '')
    .toSorted();

/** ajv knows a schema's id as `$id` only, and ids inside a schema are of no use here. */
function withoutIds(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutIds);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key, value]) => key !== '$schema' && !isId(key, value));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutIds(value)]));
}

const isId = (key: string, value: unknown): boolean => key === 'id' && typeof value === 'string';

const specification = new Ajv2019({
  strict: false,
  allErrors: true,
  formats: {
    duration: /^(?:\d+(?:us|ms|s|m|h))+$/,
    ports: /^(?:[\d.]+:)?(?:\d+:)?\d+(?:\/(?:tcp|udp))?$/,
    expose: /^\d+(?:-\d+)?(?:\/[a-z]+)?$/,
    subnet_ip_address: true,
  },
}).compile(withoutIds(JSON.parse(repositoryFile('tools/compose/schema/compose-spec.json'))) as object);

describe('docker-compose.yml', () => {
  it('is valid by the schema of the Compose specification', () => {
    specification(composeFileWith(variables));
    expect(specification.errors).toBeNull();
  });

  it('would not be valid with a word that the specification does not know', () => {
    expect(specification({ services: { redis: { imagine: 'redis' } } })).toBe(false);
  });

  it('requires every secret, and asks for nothing that .env.example does not have', () => {
    const asked = variablesOf(repositoryFile('docker-compose.yml'));
    const offered = parseEnv(example);
    expect([...asked.keys()].toSorted()).toEqual([...Object.keys(offered), ...optional].toSorted());
    const secrets = Object.keys(offered).filter((name) => offered[name] === '');
    expect(secrets.filter((name) => asked.get(name) !== true)).toEqual([]);
  });

  it('refuses to start without .env, and says which command writes it', () => {
    expect(() => composeFileWith({})).toThrow('run npm run compose:env');
  });

  it.each(all)('gives %s no right that it can do without', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service.image === 'contract-reviewer' || service.user !== undefined).toBe(true);
  });

  it('publishes the ports of the gateway and of the dashboard alone, on the loopback address', () => {
    const published = all.flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    expect(published).toEqual([
      ['gateway', '127.0.0.1:8080:8080'],
      ['grafana', '127.0.0.1:3000:3000'],
    ]);
    expect(services.grafana?.profiles).toEqual(['observability']);
  });

  it.each(processNames)('gives %s no secret of another process', (name) => {
    const secrets = Object.entries(parseEnv(example)).flatMap(([key, value]) => (value === '' ? [key] : []));
    const others = secrets.filter(
      (key) => !key.startsWith(`${name.toUpperCase()}_`) && !/_(SHA256|PUBLIC_KEYS)$/.test(key),
    );
    const given = Object.values(serviceNamed(name).environment).join('\n');
    const leaked = others.filter((key) => given.includes(variables[key] ?? ''));
    expect(leaked).toEqual(name === 'session' ? ['ADMIN_PASSWORD', 'ASSERTION_KEY', 'AUDIT_KEY'] : []);
  });

  it.each(processNames)('gives %s the settings that npm start gives it', (name) => {
    // Only a supervisor holds the other end of a process's standard input.
    const { SHUTDOWN_ON_STDIN_CLOSE: _, ...expected } = processEnvironment(name, { ...wiring, handedOn });
    const { environment } = serviceNamed(name);
    // Only operators reach the gateway of npm start, unless they put something before it: it tells its metrics itself.
    const apart = name === 'gateway' ? ['METRICS_HOST', 'METRICS_PORT'] : [];
    expect(Object.keys(environment).toSorted()).toEqual([...Object.keys(expected), ...apart].toSorted());
    expect(namesIn(environment.TRUSTED_SERVICES)).toEqual(namesIn(expected.TRUSTED_SERVICES));
  });

  it.each(processNames)('connects %s with every host that its settings name', (name) => {
    const { environment, networks = [] } = serviceNamed(name);
    const hosts = Object.values(environment).flatMap((value) =>
      [...value.matchAll(/(?:^|@)([a-z]+):\d+(?:\/|$)/g)].map(([, host = '']) => host),
    );
    expect(hosts).toContain('redis');
    for (const host of hosts) {
      const shared = (serviceNamed(host).networks ?? []).filter((network) => networks.includes(network));
      expect(shared, `${name} and ${host} share a network`).not.toEqual([]);
    }
  });

  it('lets PostgreSQL be reached by those that have a role in it, and by nobody else', () => {
    const members = all.filter(([, { networks = [] }]) => networks.includes('postgres')).map(([name]) => name);
    expect(members.toSorted()).toEqual(
      [
        'postgres',
        'provision-postgres',
        ...['document', 'analysis', 'session'].flatMap((name) => [name, `migrate-${name}`]),
      ].toSorted(),
    );
  });

  it.each(['document', 'analysis', 'session'])('starts %s only after its own migrations have succeeded', (name) => {
    expect(serviceNamed(name).depends_on).toMatchObject({
      [`migrate-${name}`]: { condition: 'service_completed_successfully' },
    });
    expect(serviceNamed(`migrate-${name}`)).toMatchObject({
      restart: 'no',
      depends_on: { 'provision-postgres': { condition: 'service_completed_successfully' } },
    });
  });
});
