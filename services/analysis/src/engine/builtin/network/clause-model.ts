import { cuadCategories } from '../clauses/categories.ts';
import type { Detections } from '../clauses/detect.ts';
import type { Segment } from '../text/segmentation.ts';
import { type ClauseFinding, decide, type Opening } from './clause-finder.ts';
import type { Decision } from './decision.ts';
import { evidenceOf } from './evidence.ts';
import { type DocumentFeatures, DocumentReader } from './features.ts';
import { type FeatureRows, Network, type NetworkWeights } from './network.ts';
import { Vocabulary } from './vocabulary.ts';

/** Everything that was learned. */
export interface ClauseModelWeights {
  /** The vocabulary's keys, which all networks share. */
  keys: Uint32Array;
  networks: readonly NetworkWeights[];
  decision: Decision;
}

/** Networks of the same kind whose logits are averaged. */
export class Ensemble {
  readonly #vocabulary: Vocabulary;
  readonly #networks: readonly Network[];

  constructor({ keys, networks }: Pick<ClauseModelWeights, 'keys' | 'networks'>) {
    this.#vocabulary = new Vocabulary(keys);
    this.#networks = networks.map((weights) => new Network(weights));
  }

  /** One row of logits per segment, one column per category of `cuadCategories`. */
  logitsOf(document: DocumentFeatures): Float32Array {
    const { segmentCount, opening } = document;
    const rows: FeatureRows = { own: new Int32Array(0), ownCount: 0, context: new Int32Array(0), contextCount: 0 };
    const openingRows = new Int32Array(opening.length);
    const openingCount = this.#vocabulary.lookUp(opening, openingRows);
    for (const network of this.#networks) network.open(openingRows, openingCount);
    const logits = new Float32Array(segmentCount * cuadCategories.length);
    for (let segment = 0; segment < segmentCount; segment++) {
      const { own, context } = document.of(segment);
      if (own.length > rows.own.length) rows.own = new Int32Array(2 * own.length);
      if (context.length > rows.context.length) rows.context = new Int32Array(2 * context.length);
      rows.ownCount = this.#vocabulary.lookUp(own, rows.own);
      rows.contextCount = this.#vocabulary.lookUp(context, rows.context);
      for (const network of this.#networks)
        network.addLogits(rows, 1 / this.#networks.length, logits, segment * cuadCategories.length);
    }
    return logits;
  }
}

/** A document as far as it has been read. */
export interface ReadDocument extends Opening {
  text: string;
  segments: readonly Segment[];
  /** What the rules found. */
  detections: Detections;
}

/** Finds the clauses of a document by what was learned from labelled contracts. */
export class ClauseModel {
  readonly #ensemble: Ensemble;
  readonly #decision: Decision;

  constructor(weights: ClauseModelWeights) {
    this.#ensemble = new Ensemble(weights);
    this.#decision = weights.decision;
  }

  /** An answer for each of the categories, in their fixed order. */
  find({ text, segments, detections, identity, order }: ReadDocument): ClauseFinding[] {
    const logits = this.#ensemble.logitsOf(new DocumentReader(segments, text));
    return decide(segments, evidenceOf(segments, logits, detections, identity), this.#decision, { identity, order });
  }
}
