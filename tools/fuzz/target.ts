import type { Arbitrary } from 'fast-check';

/** How far a request is from what the interface asks for. */
export const kinds = ['well-formed', 'nearly well-formed', 'hostile'] as const;
export type Kind = (typeof kinds)[number];

/** A route or an RPC, and how it is attacked. */
export interface Target<Request = unknown> {
  /** As in `GET /api/documents` or `document.v1.DocumentService/GetDocument`. */
  name: string;
  side: 'rest' | 'grpc';
  /** Requests of each kind. They are values that print and shrink; ids in them are placeholders. */
  requests: Readonly<Record<Kind, Arbitrary<Request>>>;
  /**
   * Sends a request and judges the answer.
   *
   * @returns what was answered, for the summary: an HTTP status, or the name of a gRPC status
   * @throws {ForbiddenOutcome}
   */
  attempt(request: Request): Promise<string>;
}

/** The system did what it must never do. */
export class ForbiddenOutcome extends Error {
  override readonly name = 'ForbiddenOutcome';
}
