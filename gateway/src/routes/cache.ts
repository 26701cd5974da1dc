import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { CallerSettings } from '../calls-on-behalf.ts';
import { checkService, isUnavailable } from '../consistency.ts';
import { asCaller } from '../http/calls.ts';
import { notModified } from '../http/etag.ts';
import { CacheOverviewSchema, serviceCacheBody, unreachableCache } from '../schemas/cache.ts';
import {
  ConsistencyReportSchema,
  familiesOf,
  family as familyName,
  faults,
  type ServiceConsistency,
} from '../schemas/consistency.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, refTo } from '../schemas/schema.ts';
import { sent } from '../schemas/sent.ts';
import { type CacheClient, type ServiceName, type Services, serviceNames } from '../services.ts';

const tags = ['operations'];
const statsTimeoutMs = 5000;
const noDataHint = 'null means that there is no data: nothing was counted yet, or nobody who counts can be asked.';

export function cacheRoutes({ documents, analyses, sessions }: Services): FastifyPluginAsyncTypebox {
  const clients: Record<ServiceName, CacheClient> = { document: documents, analysis: analyses, session: sessions };

  const cacheOf = async (service: ServiceName, settings: CallerSettings) => {
    try {
      const { stats } = await clients[service].cacheStats({}, { ...settings, timeoutMs: statsTimeoutMs });
      return serviceCacheBody(service, sent(stats));
    } catch (error) {
      if (isUnavailable(error)) return unreachableCache(service);
      throw error;
    }
  };

  return async (server) => {
    server.get(
      '/api/admin/cache',
      {
        schema: {
          tags,
          summary: 'See what the caches do (administrators)',
          description: 'Each service is asked once; of one that runs in several copies, one copy answers for itself.',
          response: { 200: refTo(CacheOverviewSchema), ...notModified, ...problems(401, 403) },
        },
      },
      async (request) => {
        const services = await Promise.all(serviceNames.map((name) => cacheOf(name, asCaller(request))));
        return { services, hint: noDataHint };
      },
    );

    server.post(
      '/api/admin/consistency',
      {
        schema: {
          tags,
          summary: 'Check whether Redis and PostgreSQL agree, and repair on request (administrators)',
          description:
            'Compares every cached entry with its row while reads and writes go on. Nothing is changed unless `repair` is set.',
          body: exactly({ family: Type.Optional(familyName), repair: Type.Optional(Type.Boolean({ default: false })) }),
          response: { 200: refTo(ConsistencyReportSchema), ...problems(400, 401, 403) },
        },
        preValidation: (request, _reply, done) => {
          request.body ??= {};
          done();
        },
      },
      async (request) => {
        const { family, repair = false } = request.body;
        const wanted = family === undefined ? serviceNames : serviceNames.filter((name) => hasFamily(name, family));
        const check = { repair, ...(family === undefined ? {} : { family }) };
        const services = await Promise.all(
          wanted.map((name) => checkService(name, clients[name], check, asCaller(request))),
        );
        return { agree: services.every(agrees), repair, services };
      },
    );
  };
}

function hasFamily(service: ServiceName, family: string): boolean {
  return (familiesOf[service] as readonly string[]).includes(family);
}

function agrees({ status, families }: ServiceConsistency): boolean {
  return status === 'checked' && families.every((counts) => faults.every((fault) => counts[fault] === 0));
}
