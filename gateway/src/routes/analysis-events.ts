import { Readable } from 'node:stream';
import { toSnakeCase } from '@contract-reviewer/platform/json/snake-case';
import type { WatchAnalysisResponse } from '@contract-reviewer/proto/analysis/v1/analysis';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Drain } from '../drain.ts';
import { asCaller } from '../http/calls.ts';
import { problemOf } from '../http/problem.ts';
import { statusErrorOf } from '../http/request-errors.ts';
import { eventStream, type ServerSentEvent, within } from '../http/sse.ts';
import { StartedStream } from '../http/started-stream.ts';
import { isTerminal } from '../schemas/analysis.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, Nothing } from '../schemas/schema.ts';
import type { Services } from '../services.ts';

/** Shorter than the patience of the proxies that people usually have. */
const heartbeatMs = 15_000;
/** A watch that has not failed by then is a good one, even if there is nothing to tell yet. */
const openingMs = 1000;
/** What breaks a stream off without being about the analysis: the client comes back and goes on where it was. */
const interruptions: ReadonlySet<string> = new Set(['UNAVAILABLE', 'CANCELLED', 'DEADLINE_EXCEEDED']);

export function analysisEventRoutes({ analyses }: Services, drain: Drain): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.get(
      '/api/analyses/:analysis_id/events',
      {
        exposeHeadRoute: false,
        schema: {
          tags: ['analyses'],
          summary: 'Follow a review as Server-Sent Events',
          description:
            'Events named "progress", then one named "end"; the data is {sequence, status, stage, fraction, occurred_at} and ' +
            'the id is the sequence. Resumable with Last-Event-ID; 204 if there is nothing after it. An event named ' +
            '"problem" tells why a stream cannot go on.',
          params: exactly({ analysis_id: Type.String() }),
          headers: Type.Object({
            'last-event-id': Type.Optional(Type.String({ pattern: '^\\d{1,9}$', description: 'The last event seen.' })),
          }),
          response: {
            200: {
              description: 'Progress, then the end',
              content: { 'text/event-stream': { schema: Type.Unsafe<Readable>({ type: 'string' }) } },
            },
            204: Nothing,
            ...problems(400, 401, 404),
          },
        },
      },
      async (request, reply) => {
        drain.closing.throwIfAborted();
        const watch = new StartedStream(
          analyses.watchAnalysis(
            {
              analysisId: request.params.analysis_id,
              afterSequence: Number(request.headers['last-event-id'] ?? 0),
            },
            { ...asCaller(request), signal: drain.closing },
          ),
        );
        const first = await within(openingMs, watch.first);
        // 204 is what tells an EventSource not to come back.
        if (first?.done) return reply.code(204).send(null);
        return reply
          .type('text/event-stream; charset=utf-8')
          .header('x-accel-buffering', 'no')
          .send(Readable.from(eventStream(eventsOf(watch.all(), request), heartbeatMs)));
      },
    );
  };
}

async function* eventsOf(
  progress: AsyncIterable<WatchAnalysisResponse>,
  request: FastifyRequest,
): AsyncGenerator<ServerSentEvent> {
  try {
    for await (const step of progress) {
      const event = isTerminal(step.status) ? 'end' : 'progress';
      yield { id: String(step.sequence), event, data: toSnakeCase(step) };
    }
  } catch (error) {
    const failure = statusErrorOf(error);
    if (interruptions.has(failure.code)) return;
    request.log.warn({ err: error }, 'event stream broke off');
    yield { event: 'problem', data: problemOf(failure, request.id) };
  }
}
