import type { Segment } from '../text/segmentation.ts';
import type { Topic } from './categories.ts';
import type { Detector } from './detector.ts';
import { type FoundLiterals, LiteralNumbers, LiteralScanner } from './literal-scanner.ts';
import { type Phrase, PhraseMatcher } from './phrase.ts';

/** A segment weighed against one detector; it is the clause from weight 1 on. */
export interface Hit {
  segment: Segment;
  weight: number;
}

/** What a detector found: the segments that are the clause, those that have something of it, in document order, and the nearest of these. */
export interface Detection {
  topic: Topic;
  hits: Hit[];
  near: Hit[];
  nearest?: Hit;
}

export type Detections = ReadonlyMap<Topic, Detection>;

/** The weight from which a segment is the clause. */
export const decisive = 1;

/** A weight as a score in [0, 1): .5 is where a passage becomes a finding. */
export function scoreOf(weight: number): number {
  return weight <= 0 ? 0 : Math.round((weight / (weight + decisive)) * 1000) / 1000;
}

/** Shorter segments (enumerators, stray words) are not searched. */
const shortestSegment = 15;

/** A segment with what all detectors ask of it. */
interface SearchedSegment {
  segment: Segment;
  /** What is searched: the segment after the text that introduces it, if it is an item of a list. */
  text: string;
  found: FoundLiterals;
}

/** Weighs every segment of a document against every detector. */
export class ClauseSearch {
  readonly #detectors: readonly CompiledDetector[];
  readonly #scanner: LiteralScanner;

  constructor(detectors: readonly Detector[]) {
    // Those that look beside other findings come after them.
    const ordered = [...detectors].sort((a, b) => Number(a.beside !== undefined) - Number(b.beside !== undefined));
    const literals = new LiteralNumbers();
    this.#detectors = ordered.map((detector) => new CompiledDetector(detector, literals));
    this.#scanner = new LiteralScanner(literals.literals);
  }

  /** @param onDetector is told, after each detector, the share of them that is done. */
  run(segments: readonly Segment[], onDetector: (fraction: number) => void): Detections {
    const searched = segments
      .filter(({ kind, text }) => kind === 'prose' && text.length >= shortestSegment)
      .map((segment): SearchedSegment => {
        const text = segment.leadIn === '' ? segment.lower : `${segment.leadIn} ${segment.lower}`;
        return { segment, text, found: this.#scanner.scan(text) };
      });
    const detections = new Map<Topic, Detection>();
    for (const [index, detector] of this.#detectors.entries()) {
      detections.set(detector.topic, detector.run(searched, detections));
      onDetector((index + 1) / this.#detectors.length);
    }
    return detections;
  }
}

class CompiledDetector {
  readonly topic: Topic;
  readonly #beside: Detector['beside'];
  readonly #conclusive: PhraseMatcher;
  readonly #supporting: PhraseMatcher[];
  readonly #against: PhraseMatcher[];
  readonly #vetoes: PhraseMatcher;
  readonly #heading: RegExp | undefined;
  readonly #headingWeights = new Map<string, number>();

  constructor(detector: Detector, literals: LiteralNumbers) {
    const matcher = (phrases: readonly Phrase[] = []) => new PhraseMatcher(phrases, literals);
    this.topic = detector.topic;
    this.#beside = detector.beside;
    this.#conclusive = matcher(detector.conclusive);
    this.#supporting = (detector.supporting ?? []).map((group) => matcher(group));
    this.#against = (detector.against ?? []).map((group) => matcher(group));
    this.#vetoes = matcher(detector.vetoes);
    this.#heading = detector.headings && new RegExp(`^(?:${detector.headings.join('|')})$`);
  }

  run(segments: readonly SearchedSegment[], earlier: Detections): Detection {
    this.#headingWeights.clear();
    const eligible = this.#beside ? neighbourhood(segments, earlier, this.#beside) : segments;
    const hits: Hit[] = [];
    const near: Hit[] = [];
    let nearest: Hit | undefined;
    for (const searched of eligible) {
      const { segment } = searched;
      const weight = this.#weigh(searched);
      if (weight >= decisive) hits.push({ segment, weight });
      else if (weight > 0) near.push({ segment, weight });
    }
    for (const hit of near) if (hit.weight > (nearest?.weight ?? 0)) nearest = hit;
    return { topic: this.topic, hits, near, ...(nearest && { nearest }) };
  }

  #weigh({ segment, text, found }: SearchedSegment): number {
    const { leadIn, heading, part } = segment;
    const own = leadIn.length;
    let weight = this.#conclusive.test(text, own, found) ? 1 : 0;
    for (const group of this.#supporting) if (group.test(text, own, found)) weight += 0.5;
    weight += this.#headingWeight(heading) || this.#headingWeight(part);
    if (weight === 0) return 0;
    for (const group of this.#against) if (group.test(text, 0, found)) weight -= 0.5;
    return weight > 0 && this.#vetoes.test(text, 0, found) ? 0 : weight;
  }

  #headingWeight(heading: string): number {
    if (!this.#heading || heading === '') return 0;
    let weight = this.#headingWeights.get(heading);
    if (weight === undefined) {
      weight = this.#heading.test(heading) ? 0.5 : 0;
      this.#headingWeights.set(heading, weight);
    }
    return weight;
  }
}

/** The segments that are, or closely follow in the same section, a finding of one of the topics. */
function neighbourhood(
  segments: readonly SearchedSegment[],
  earlier: Detections,
  { topics, reach }: NonNullable<Detector['beside']>,
): SearchedSegment[] {
  const anchors = new Set(
    topics.flatMap((topic) => earlier.get(topic)?.hits.map(({ segment }) => segment.index) ?? []),
  );
  return segments.filter(({ segment }, at) => {
    for (let back = 0; back <= reach; back++) {
      const previous = segments[at - back]?.segment;
      if (previous && anchors.has(previous.index) && (back === 0 || sharesSection(previous, segment))) return true;
    }
    return false;
  });
}

function sharesSection(a: Segment, b: Segment): boolean {
  return a.heading === b.heading || (a.part !== '' && a.part === b.part);
}
