import fc, { type Arbitrary } from 'fast-check';
import type { Actor } from '../cast.ts';
import { idOf, nounOf } from '../placeholders.ts';
import { valuesOf } from './json-schema.ts';
import { formsOf } from './multipart.ts';
import type { Body, RestRequest } from './rest-request.ts';
import type { Parameter, Route } from './routes.ts';

/** Requests that the OpenAPI document allows, with ids of the caller's own things. */
export function wellFormedRequests(route: Route, actors: Arbitrary<Actor>): Arbitrary<RestRequest> {
  const { method, path } = route;
  const parametersIn = (place: Parameter['in']) => route.parameters.filter((parameter) => parameter.in === place);
  return fc
    .record({
      as: actors,
      pathValues: fc.tuple(...parametersIn('path').map(pathValues)),
      query: pairsOf(parametersIn('query')),
      headers: pairsOf(parametersIn('header')),
      body: bodiesOf(route.body),
    })
    .map(({ as, pathValues: values, query, headers, body }) => ({
      as,
      method,
      target: `${filled(path, values)}${queryText(query)}`,
      headers: headers.map(([name, value]) => [name, headerText(value)] as const),
      ...(body && { body }),
    }));
}

function pathValues({ name, schema }: Parameter): Arbitrary<string> {
  const noun = nounOf(name);
  if (noun) return idOf(noun);
  return valuesOf(schema, name).map((value) => encodeURIComponent(String(value).toWellFormed()) || 'x');
}

function pairsOf(parameters: readonly Parameter[]): Arbitrary<(readonly [string, string])[]> {
  const values = parameters.map(({ name, schema }) => [name, valuesOf(schema, name)] as const);
  const required = parameters.flatMap(({ name, required: isRequired }) => (isRequired ? [name] : []));
  return fc
    .record(Object.fromEntries(values), { requiredKeys: required })
    .map((record) => Object.entries(record).map(([name, value]) => [name, String(value)] as const));
}

function bodiesOf(body: Route['body']): Arbitrary<Body | undefined> {
  if (!body) return fc.constant(undefined);
  const { mediaType, schema } = body;
  if (mediaType === 'multipart/form-data') return formsOf(schema.properties?.metadata ?? {});
  return valuesOf(schema).map((json) => ({ mediaType, json }));
}

function filled(path: string, values: readonly string[]): string {
  let next = 0;
  return path.replace(/\{[^}]+\}/g, () => values[next++] ?? '');
}

/** Placeholders stay as they are; ids need no escaping. */
function queryText(pairs: readonly (readonly [string, string])[]): string {
  if (pairs.length === 0) return '';
  const texts = pairs.map(([name, value]) => {
    const text = /^\$[a-z]+\.[a-z]+\.\d+\$$/.test(value) ? value : encodeURIComponent(value.toWellFormed());
    return `${name}=${text}`;
  });
  return `?${texts.join('&')}`;
}

/** What a header can carry of it: Latin-1 without control characters. */
export function headerText(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what a header cannot carry.
  return value.replace(/[\u0000-\u001f\u007f]|[^\u0000-\u00ff]/gu, '?').trim();
}
