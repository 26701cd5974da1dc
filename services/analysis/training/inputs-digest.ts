import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { detectors } from '../src/engine/builtin/clauses/detectors/index.ts';
import { DocumentReader } from '../src/engine/builtin/network/features.ts';
import { segment } from '../src/engine/builtin/text/segmentation.ts';

/** A contract of our own, in which a change of the segmentation or of the features most likely shows. */
const sample = new URL('../../../tools/samples/master-services-agreement.md', import.meta.url);

/** Identifies what a model is trained on besides the labels: the rules that it weighs, and how a document is cut and seen. */
export function inputsDigest(): string {
  const text = readFileSync(sample, 'utf8');
  const segments = segment(text, []);
  const document = new DocumentReader(segments, text);
  const digest = createHash('sha256').update(JSON.stringify(detectors)).update(bytesOf(document.opening));
  for (const { index } of segments) {
    const { own, context } = document.of(index);
    digest.update(bytesOf(own)).update(bytesOf(context));
  }
  return digest.digest('hex');
}

function bytesOf(keys: Uint32Array): Uint8Array {
  return new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength);
}
