import type { RenderedJson } from '@contract-reviewer/proto/common/v1/rendered_json';
import type { FastifyReply } from 'fastify';
import { sent } from '../schemas/sent.ts';

/**
 * Answers with JSON that a service has rendered: the bytes as they came. That they are what the route's schema says is for
 * tests to see to, for nothing looks at them here.
 */
export function sendRendered<Reply extends FastifyReply>(reply: Reply, json: RenderedJson | undefined): Reply {
  const { body, etag } = sent(json);
  (reply as FastifyReply).header('etag', etag).type('application/json; charset=utf-8').send(body);
  return reply;
}
