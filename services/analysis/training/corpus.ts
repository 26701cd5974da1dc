import { cuadCategories } from '../src/engine/builtin/clauses/categories.ts';
import { ClauseSearch } from '../src/engine/builtin/clauses/detect.ts';
import { detectors } from '../src/engine/builtin/clauses/detectors/index.ts';
import { numericOrderOf } from '../src/engine/builtin/expressions/dates.ts';
import { legibilityOf } from '../src/engine/builtin/legibility.ts';
import type { Opening } from '../src/engine/builtin/network/clause-finder.ts';
import { categoryCount, type Evidence, evidenceOf } from '../src/engine/builtin/network/evidence.ts';
import { DocumentReader } from '../src/engine/builtin/network/features.ts';
import { identify, identityFindings } from '../src/engine/builtin/summary/summarise.ts';
import { indexCodePoints } from '../src/engine/builtin/text/code-points.ts';
import { chosenText } from '../src/engine/builtin/text/options.ts';
import { type Segment, segment } from '../src/engine/builtin/text/segmentation.ts';
import type { LabelledContract } from './cuad.ts';
import { type FeatureTable, FeatureTableBuilder } from './feature-table.ts';
import { labelOf } from './segment-labels.ts';

/** A contract as it is learned from and scored. */
export interface PreparedContract {
  contract: LabelledContract;
  segments: Segment[];
  opening: Opening;
  /** Position of its first segment among those of all contracts. */
  firstSegment: number;
  /** What the rules found; the logits are filled in by whoever has networks. */
  evidence: Omit<Evidence, 'logits'>;
}

export interface Corpus {
  contracts: PreparedContract[];
  features: FeatureTable;
}

/** @param onContract is told how many contracts are done. */
export function prepare(contracts: readonly LabelledContract[], onContract: (done: number) => void): Corpus {
  const search = new ClauseSearch(detectors);
  const builder = new FeatureTableBuilder();
  const prepared = contracts.map((contract, index): PreparedContract => {
    const { text, spans } = contract;
    const { segments } = chosenText(segment(text, []));
    const lower = text.toLowerCase();
    const identity = identityFindings(identify(segments, lower, legibilityOf(lower)));
    const detections = search.run(segments, () => undefined);
    const firstSegment = builder.segmentCount;
    builder.add(new DocumentReader(segments, text), labelsOf(text, segments, spans));
    onContract(index + 1);
    return {
      contract,
      segments,
      opening: { identity, order: numericOrderOf(lower) },
      firstSegment,
      evidence: evidenceOf(segments, new Float32Array(0), detections, identity),
    };
  });
  return { contracts: prepared, features: builder.build() };
}

function labelsOf(text: string, segments: readonly Segment[], spans: LabelledContract['spans']): Uint8Array {
  const codePoints = indexCodePoints(text);
  const labels = new Uint8Array(segments.length * categoryCount);
  for (const { index, kind, start, end } of segments) {
    const range = { start: codePoints.fromUtf16(start), end: codePoints.fromUtf16(end) };
    for (const column of cuadCategories.keys())
      labels[index * categoryCount + column] = labelOf(kind, range, spans[column] ?? []);
  }
  return labels;
}
