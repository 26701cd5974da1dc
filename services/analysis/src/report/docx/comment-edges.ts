import { type Markup, markup } from '../markup.ts';

interface Edge {
  at: number;
  isEnd: boolean;
  /** Of the comment. */
  id: number;
}

/** Hands out where comments begin and end, in the order of the text, each edge once. */
export class CommentEdges {
  readonly #edges: readonly Edge[];
  #next = 0;

  /** @param ranges of the comments by their numbers; none is empty */
  constructor(ranges: readonly { start: number; end: number }[]) {
    this.#edges = ranges
      .flatMap(({ start, end }, id) => [
        { at: start, isEnd: false, id },
        { at: end, isEnd: true, id },
      ])
      .sort((a, b) => a.at - b.at || Number(b.isEnd) - Number(a.isEnd) || a.id - b.id);
  }

  /** Where the next edge stands; Infinity when there is none. */
  get nextAt(): number {
    return this.#edges[this.#next]?.at ?? Infinity;
  }

  /** All edges at that place or before. */
  through(place: number): Markup[] {
    return this.#take(({ at }) => at <= place);
  }

  /** The ends at that place or before, up to the first beginning. */
  endsThrough(place: number): Markup[] {
    return this.#take(({ at, isEnd }) => isEnd && at <= place);
  }

  #take(isWanted: (edge: Edge) => boolean): Markup[] {
    const taken: Markup[] = [];
    for (let edge = this.#edges[this.#next]; edge && isWanted(edge); edge = this.#edges[this.#next]) {
      taken.push(edgeMarkup(edge));
      this.#next += 1;
    }
    return taken;
  }
}

function edgeMarkup({ isEnd, id }: Edge): Markup {
  if (!isEnd) return markup`<w:commentRangeStart w:id="${id}"/>`;
  return markup`<w:commentRangeEnd w:id="${id}"/><w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="${id}"/></w:r>`;
}
