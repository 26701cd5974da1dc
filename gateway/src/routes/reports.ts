import { Readable } from 'node:stream';
import { cacheTrailer } from '@contract-reviewer/platform/grpc/metadata-keys';
import type { DownloadReportResponse } from '@contract-reviewer/proto/analysis/v1/analysis';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { attachment } from '../http/attachment.ts';
import { asDownloader } from '../http/calls.ts';
import { isKnownToClient, notModified } from '../http/etag.ts';
import { StartedStream } from '../http/started-stream.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, oneOf } from '../schemas/schema.ts';
import type { Services } from '../services.ts';

const binary = { schema: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }) };

export function reportRoutes({ analyses }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.get(
      '/api/analyses/:analysis_id/report',
      {
        exposeHeadRoute: false,
        schema: {
          tags: ['analyses'],
          summary: 'Download a review as a file to hand on',
          description:
            'json is the review itself; md and html are for reading and printing; docx has the contract with the findings as comments on it; ics has the days that the contract sets (409 if there are none).',
          params: exactly({ analysis_id: Type.String() }),
          querystring: exactly({ format: oneOf(['json', 'md', 'html', 'docx', 'ics']) }),
          response: {
            200: {
              description: 'The file',
              content: {
                'application/json': binary,
                'text/markdown': binary,
                'text/html': binary,
                'application/vnd.openxmlformats-officedocument.wordprocessingml.document': binary,
                'text/calendar': binary,
              },
            },
            ...notModified,
            ...problems(400, 401, 404, 409),
          },
        },
      },
      async (request, reply) => {
        const download = new StartedStream(
          analyses.downloadReport(
            { analysisId: request.params.analysis_id, format: request.query.format },
            asDownloader(request, reply),
          ),
        );
        const first = await download.first;
        const part = first.done ? undefined : first.value.part;
        if (part?.$case !== 'header') throw new Error('a report has to begin with its header');
        const { filename, contentType, sizeBytes, sha256 } = part.value;

        reply.header('etag', `"${sha256}"`).header('cache-control', 'private, no-cache').header(cacheTrailer, 'MISS');
        if (isKnownToClient(request, reply)) {
          await download.cancel();
          return reply.code(304).send(null);
        }
        return reply
          .type(contentType)
          .header('content-length', sizeBytes)
          .header('content-disposition', attachment(filename))
          .send(Readable.from(bytesOf(download.all()), { objectMode: false }));
      },
    );
  };
}

async function* bytesOf(messages: AsyncIterable<DownloadReportResponse>): AsyncGenerator<Buffer> {
  for await (const { part } of messages) if (part?.$case === 'chunk') yield part.value;
}
