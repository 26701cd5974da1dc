import type { RenderedJson as RenderedJsonMessage } from '@contract-reviewer/proto/common/v1/rendered_json';
import type { RenderedJson } from '../json/rendered-json.ts';

export function renderedJsonMessage({ text, etag }: RenderedJson): RenderedJsonMessage {
  return { body: Buffer.from(text), etag };
}
