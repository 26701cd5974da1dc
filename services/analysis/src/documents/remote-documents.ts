import { type StatusCode, StatusError } from '@contract-reviewer/platform/errors';
import type { GrpcClient } from '@contract-reviewer/platform/grpc/client';
import { toDuration, toMilliseconds } from '@contract-reviewer/platform/grpc/duration';
import type { DocumentServiceService } from '@contract-reviewer/proto/document/v1/document';
import type { DocumentId } from '../domain/analysis.ts';
import { documentNotFound, ReviewFailure } from '../domain/errors.ts';
import type { Assertion, DocumentPermission, DocumentState, Documents, DocumentText, TextReader } from './documents.ts';
import { RememberedAccess } from './remembered-access.ts';

const accessTimeoutMs = 5000;
/** For a long text to come over, after the wait for it. */
const transferMs = 20_000;

/** The reasons with which the document service says that a document will never have a text. */
const withoutText = new Set(['DOCUMENT_NEEDS_OCR', 'DOCUMENT_UNREADABLE']);

/** Not the document's fault. */
const passingTroubles = new Set<StatusCode>(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'CANCELLED']);

/** Asks the document service. */
export class RemoteDocuments implements Documents {
  readonly #client: GrpcClient<typeof DocumentServiceService>;
  readonly #readable = new RememberedAccess();

  /** @param client calls with this service's own token */
  constructor(client: GrpcClient<typeof DocumentServiceService>) {
    this.#client = client;
  }

  async checkAccess(
    documentId: DocumentId,
    permission: DocumentPermission,
    assertion: Assertion,
  ): Promise<DocumentState> {
    const { status, statusReason, textSha256 } = await this.#checked(documentId, permission, await assertion());
    return { status, ...(statusReason === undefined ? {} : { statusReason }), textSha256 };
  }

  async requireReadable(documentId: DocumentId, assertion: Assertion): Promise<void> {
    const onBehalfOf = await assertion();
    await this.#readable.require(documentId, onBehalfOf, async () => {
      const { validFor } = await this.#checked(documentId, 'read', onBehalfOf);
      return validFor ? toMilliseconds(validFor) : 0;
    });
  }

  async filenameOf(documentId: DocumentId, assertion: Assertion): Promise<string> {
    try {
      const { document } = await this.#client.getDocument(
        { documentId },
        { onBehalfOf: await assertion(), timeoutMs: accessTimeoutMs },
      );
      if (!document) throw new Error('the document service answered without a document');
      return document.filename;
    } catch (error) {
      throw error instanceof StatusError && error.code === 'NOT_FOUND' ? documentNotFound() : error;
    }
  }

  async readText(
    documentId: DocumentId,
    reader: TextReader,
    { waitMs, signal }: { waitMs: number; signal: AbortSignal },
  ): Promise<DocumentText | undefined> {
    try {
      const wait = toDuration(waitMs);
      const settings = { timeoutMs: waitMs + transferMs, signal };
      return 'assertion' in reader
        ? await this.#client.getDocumentText(
            { documentId, wait },
            { ...settings, onBehalfOf: await reader.assertion() },
          )
        : await this.#client.getDocumentText({ documentId, wait, analysisId: reader.analysisId }, settings);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StatusError)) throw error;
      if (passingTroubles.has(error.code)) return undefined;
      if (error.code === 'NOT_FOUND') {
        throw new ReviewFailure('document_not_found', 'The document was deleted before it could be reviewed.');
      }
      if (error.code !== 'FAILED_PRECONDITION') throw error;
      if (withoutText.has(error.reason)) throw new ReviewFailure(error.reason.toLowerCase(), error.message);
      return undefined;
    }
  }

  async #checked(documentId: DocumentId, permission: DocumentPermission, onBehalfOf: string) {
    try {
      const settings = { onBehalfOf, timeoutMs: accessTimeoutMs };
      return await this.#client.checkDocumentAccess({ documentId, permission }, settings);
    } catch (error) {
      throw error instanceof StatusError && error.code === 'NOT_FOUND' ? documentNotFound() : error;
    }
  }
}
