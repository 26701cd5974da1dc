import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type BuildSerializer = NonNullable<
  NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>['buildSerializer']
>;

/**
 * Compiles the serializer of each schema once. By itself Fastify does so for each status of each route, and of the
 * hundreds of them most are the same few problems, which is most of the time that the gateway takes to start.
 */
export const buildSharedSerializer: BuildSerializer = (schemas, options) => {
  const compile = SerializerSelector()(schemas, options);
  const compiled = new Map<string, ReturnType<typeof compile>>();
  return (route) => {
    const key = JSON.stringify(route.schema);
    const serialize = compiled.get(key) ?? compile(route);
    compiled.set(key, serialize);
    return serialize;
  };
};
