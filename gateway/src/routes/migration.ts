import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { CallerSettings } from '../calls-on-behalf.ts';
import { asCaller } from '../http/calls.ts';
import { notModified } from '../http/etag.ts';
import { problemOf } from '../http/problem.ts';
import { statusErrorOf } from '../http/request-errors.ts';
import { eventStream, type ServerSentEvent } from '../http/sse.ts';
import { type MigrationClients, type MigrationEvent, readMigration, runMigration } from '../migration.ts';
import {
  actions,
  type MigrationReport,
  MigrationReportSchema,
  MigrationSchema,
  SetAsideListSchema,
  setAsideBody,
} from '../schemas/migration.ts';
import { pageQuery } from '../schemas/page.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, oneOf, refTo } from '../schemas/schema.ts';
import { sent } from '../schemas/sent.ts';
import { migratingServices, type Services } from '../services.ts';

const tags = ['operations'];
/** Shorter than the patience of the proxies that people usually have. */
const heartbeatMs = 15_000;
const eventsType = 'text/event-stream';

export function migrationRoutes({ migrations, sessions }: Services): FastifyPluginAsyncTypebox {
  /**
   * What is given to an id that nobody has would be seen by nobody.
   *
   * @throws {StatusError} NOT_FOUND when there is no such user
   */
  const userIdOf = async (owner: string, settings: CallerSettings): Promise<string> => {
    const { user } = owner.includes('@')
      ? await sessions.findUser({ email: owner }, settings)
      : await sessions.getUser({ userId: owner }, settings);
    return sent(user).userId;
  };

  return async (server) => {
    server.get(
      '/api/admin/migration',
      {
        schema: {
          tags,
          summary: 'See how far the move from version 1 has come (administrators)',
          response: { 200: refTo(MigrationSchema), ...notModified, ...problems(401, 403) },
        },
      },
      (request) => readMigration(migrations, asCaller(request)),
    );

    server.post(
      '/api/admin/migration',
      {
        schema: {
          tags,
          summary: 'Take a step in the move from version 1 (administrators)',
          description:
            'Every step may be repeated. Answers when it is done; with "Accept: text/event-stream" it tells what it does ' +
            'meanwhile: events named "progress" and "drift", then one named "result", whose data is the MigrationReport, ' +
            'or "problem". A step that is refused is a 409; it is refused while the stores differ.',
          body: exactly({
            action: oneOf(actions),
            owner: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 320,
                description: 'With backfill: the e-mail address or id of the user who is to own what had no owner.',
              }),
            ),
            confirm: Type.Optional(
              Type.Boolean({ default: false, description: 'With advance: ends the migration for good.' }),
            ),
          }),
          response: {
            200: {
              description: 'Done',
              content: {
                'application/json': { schema: refTo(MigrationReportSchema) },
                [eventsType]: { schema: Type.Unsafe<Readable>({ type: 'string' }) },
              },
            },
            ...problems(400, 401, 403, 404, 409),
          },
        },
      },
      async (request, reply) => {
        const { action, owner, confirm = false } = request.body;
        const settings = asCaller(request);
        const defaultOwnerId = owner === undefined ? undefined : await userIdOf(owner, settings);
        const wanted = { action, confirm, ...(defaultOwnerId === undefined ? {} : { defaultOwnerId }) };
        const events = runMigration(migrations, wanted, settings);
        if (request.headers.accept !== eventsType) return resultOf(events);
        return reply
          .type(`${eventsType}; charset=utf-8`)
          .header('x-accel-buffering', 'no')
          .send(Readable.from(eventStream(withProblem(events, request), heartbeatMs)));
      },
    );

    server.get(
      '/api/admin/migration/set-aside',
      {
        schema: {
          tags,
          summary: 'List what of version 1 did not fit and was kept as it is (administrators)',
          querystring: exactly(pageQuery(10, 100)),
          response: { 200: refTo(SetAsideListSchema), ...notModified, ...problems(400, 401, 403) },
        },
      },
      async (request) => {
        const { limit = 10, offset = 0 } = request.query;
        return setAsidePage(migrations, { limit, offset }, asCaller(request));
      },
    );
  };
}

/** Reads to the end. @throws {StatusError} what stands in the way */
async function resultOf(events: AsyncIterable<MigrationEvent>): Promise<MigrationReport> {
  let report: MigrationReport | undefined;
  for await (const { event, data } of events) {
    if (event === 'result') report = data;
  }
  if (!report) throw new Error('a migration ended without a result');
  return report;
}

async function* withProblem(
  events: AsyncIterable<MigrationEvent>,
  request: FastifyRequest,
): AsyncGenerator<ServerSentEvent> {
  try {
    yield* events;
  } catch (error) {
    yield { event: 'problem', data: problemOf(statusErrorOf(error), request.id) };
  }
}

/** The entries of all services as one list, those of the first service first. */
async function setAsidePage(
  clients: MigrationClients,
  { limit, offset }: { limit: number; offset: number },
  settings: CallerSettings,
) {
  const entries: ReturnType<typeof setAsideBody>[] = [];
  let totalCount = 0;
  for (const name of migratingServices) {
    const skipped = Math.max(0, offset - totalCount);
    const page = await clients[name].listSetAside(
      { limit: Math.max(1, limit - entries.length), offset: skipped },
      settings,
    );
    const room = limit - entries.length;
    entries.push(...page.entries.slice(0, room).map((entry) => setAsideBody(name, entry)));
    totalCount += page.totalCount;
  }
  return { entries, total_count: totalCount, limit, offset };
}
