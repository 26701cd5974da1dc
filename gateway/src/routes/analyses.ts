import { toDuration } from '@contract-reviewer/platform/grpc/duration';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { asCaller, asReader, patienceFor } from '../http/calls.ts';
import { notModified } from '../http/etag.ts';
import { sendRendered } from '../http/rendered-json.ts';
import {
  AcceptedAnalysisSchema,
  AnalysisListSchema,
  AnalysisSchema,
  acceptedAnalysisBody,
  analysisBody,
  isTerminal,
} from '../schemas/analysis.ts';
import { AnalysisDiffSchema, analysisDiffBody } from '../schemas/analysis-diff.ts';
import { pageQuery } from '../schemas/page.ts';
import { problems } from '../schemas/problem.ts';
import { exactly, refTo } from '../schemas/schema.ts';
import type { Services } from '../services.ts';

const tags = ['analyses'];
const documentParams = exactly({ document_id: Type.String() });
const params = exactly({ analysis_id: Type.String() });

export function analysisRoutes({ analyses }: Services): FastifyPluginAsyncTypebox {
  return async (server) => {
    server.post(
      '/api/analyze/:document_id',
      {
        schema: {
          tags,
          summary: 'Ask for a review of a document',
          description: 'Answers 200 once the review has ended, and 202 with its Location if it has not by then.',
          params: documentParams,
          querystring: exactly({
            wait: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: 60,
                default: 10,
                description: 'How many seconds to wait for the end.',
              }),
            ),
          }),
          headers: Type.Object({
            'idempotency-key': Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 255,
                description: 'The same key from the same user within 24 hours gives the same review.',
              }),
            ),
          }),
          body: exactly({
            analysis_type: Type.Optional(Type.String({ default: 'contract_review' })),
            engine: Type.Optional(
              Type.String({ default: 'builtin', description: 'builtin, ollama or openai, if they are configured.' }),
            ),
            allow_fallback: Type.Optional(
              Type.Boolean({
                default: false,
                description: 'Have the built-in engine review if a language model was asked for and fails.',
              }),
            ),
            position: Type.Optional(
              Type.String({
                default: 'neutral',
                description: 'Whose side the review takes: neutral, customer, supplier, licensor or licensee.',
              }),
            ),
            force: Type.Optional(
              Type.Boolean({ default: false, description: 'Review again even if an identical review exists.' }),
            ),
          }),
          response: {
            200: refTo(AcceptedAnalysisSchema),
            202: refTo(AcceptedAnalysisSchema),
            ...problems(400, 401, 403, 404, 409, 429),
          },
        },
        preValidation: (request, _reply, done) => {
          request.body ??= {};
          done();
        },
      },
      async (request, reply) => {
        const { wait = 10 } = request.query;
        const { analysis_type: analysisType = '', engine = '', position = '', force = false } = request.body;
        const { allow_fallback: allowFallback = false } = request.body;
        const accepted = await analyses.analyzeDocument(
          {
            documentId: request.params.document_id,
            analysisType,
            engine,
            position,
            allowFallback,
            force,
            idempotencyKey: request.headers['idempotency-key'],
            wait: toDuration(wait * 1000),
          },
          { ...asCaller(request), timeoutMs: patienceFor(wait) },
        );
        const body = acceptedAnalysisBody(accepted);
        if (isTerminal(body.status)) return reply.code(200).send(body);
        return reply.code(202).header('location', `/api/analyses/${body.analysis_id}`).send(body);
      },
    );

    server.get(
      '/api/documents/:document_id/analysis',
      {
        schema: {
          tags,
          summary: 'Read the latest completed or partial review of a document',
          params: documentParams,
          response: { 200: refTo(AnalysisSchema), ...notModified, ...problems(400, 401, 404) },
        },
      },
      async (request, reply) => {
        const { json } = await analyses.getLatestAnalysis(
          { documentId: request.params.document_id, asJson: true },
          asReader(request, reply),
        );
        return sendRendered(reply, json);
      },
    );

    server.get(
      '/api/documents/:document_id/analyses',
      {
        schema: {
          tags,
          summary: 'List the reviews of a document, newest first, without their findings',
          params: documentParams,
          querystring: exactly(pageQuery(10, 100)),
          response: { 200: refTo(AnalysisListSchema), ...notModified, ...problems(400, 401, 404) },
        },
      },
      async (request, reply) => {
        const { limit = 0, offset = 0 } = request.query;
        const page = await analyses.listAnalyses(
          { documentId: request.params.document_id, limit, offset },
          asReader(request, reply),
        );
        return {
          analyses: page.analyses.map(analysisBody),
          total_count: page.totalCount,
          limit: page.limit,
          offset: page.offset,
        };
      },
    );

    server.get(
      '/api/analyses/:analysis_id',
      {
        schema: {
          tags,
          summary: 'Read a review',
          params,
          response: { 200: refTo(AnalysisSchema), ...notModified, ...problems(400, 401, 404) },
        },
      },
      async (request, reply) => {
        const { json } = await analyses.getAnalysis(
          { analysisId: request.params.analysis_id, asJson: true },
          asReader(request, reply),
        );
        return sendRendered(reply, json);
      },
    );

    server.get(
      '/api/analyses/:before_id/diff/:after_id',
      {
        schema: {
          tags,
          summary: 'Compare two reviews: of one document over time, or of two versions of a contract',
          description: 'Both have to be completed or partial, else 409.',
          params: exactly({ before_id: Type.String(), after_id: Type.String() }),
          response: { 200: refTo(AnalysisDiffSchema), ...notModified, ...problems(400, 401, 404, 409) },
        },
      },
      async (request, reply) => {
        const { before_id: beforeAnalysisId, after_id: afterAnalysisId } = request.params;
        const { diff } = await analyses.diffAnalyses({ beforeAnalysisId, afterAnalysisId }, asReader(request, reply));
        return analysisDiffBody(diff);
      },
    );

    server.delete(
      '/api/analyses/:analysis_id',
      {
        schema: {
          tags,
          summary: 'Cancel a review that is still queued or running',
          params,
          response: { 200: refTo(AnalysisSchema), ...problems(400, 401, 403, 404, 409) },
        },
      },
      async (request) => {
        const { analysis } = await analyses.cancelAnalysis(
          { analysisId: request.params.analysis_id },
          asCaller(request),
        );
        return analysisBody(analysis);
      },
    );
  };
}
