import { STATUS_CODES } from 'node:http';
import { Type } from 'typebox';
import { named, refTo } from './schema.ts';

export const ProblemSchema = named(
  'Problem',
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What went wrong and what to do, in a sentence.' }),
    reason: Type.String({ description: 'A constant that programs can switch on, for example DOCUMENT_NOT_FOUND.' }),
    request_id: Type.String({ description: 'Quote it when you report the problem.' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), detail: Type.String() }), {
        description: 'What is wrong with which field.',
      }),
    ),
  },
  'RFC 9457.',
);

/** The failures of a route, for its `response`. */
export function problems(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: STATUS_CODES[status] ?? 'Failure',
        content: { 'application/problem+json': { schema: refTo(ProblemSchema) } },
      },
    ]),
  );
}
