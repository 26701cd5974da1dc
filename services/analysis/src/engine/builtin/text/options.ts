import type { Segment } from './segmentation.ts';

/** A contract without the options of its form that nobody has ticked. */
export interface ChosenText {
  /** What is agreed, numbered anew. */
  segments: Segment[];
  /** The options of the lists in which not one is ticked: what is agreed there is open. */
  open: Segment[];
}

/** A box to tick: `[ ]`, `[x]`, `( )`, `( x )`, a drawn one. `(x)` numbers an item of a list. */
const box = String.raw`\[\s{0,6}[xX\u2713\u2714]?\s{0,6}\]|\(\s{1,6}(?:[xX]\s{0,6})?\)|[\u2610-\u2612\u25a1\u25a2\u25fb]`;
const boxes = new RegExp(box, 'g');
const opens = new RegExp(`^(?:[-*\\u2022]\\s)?(?:${box})\\s?(?=(.?))`);
const isTicked = /[xX\u2611\u2612\u2713\u2714]/;
const isDrawn = /[\u2610-\u2612\u25a1\u25a2\u25fb]/;
/** What an option begins with, rather than what goes on after a blank: `[ ] Oregon`, and not `[ ] days`. */
const beginsOption = /[A-Z\d${["'\u2022]/;

/** Tells what a form agrees from what it only offers: of a list of options, the ticked ones. */
export function chosenText(segments: readonly Segment[]): ChosenText {
  const lists = listsOfOptions(segments);
  const left = new Set<Segment>();
  const open: Segment[] = [];
  for (const list of lists) {
    const unticked = list.filter(({ text }) => !hasTick(text));
    for (const option of unticked) left.add(option);
    if (unticked.length === list.length) open.push(...list);
  }
  const agreed = segments.filter((segment) => !left.has(segment)).map(withoutUntickedParts);
  return { segments: agreed.map((segment, index) => ({ ...segment, index })), open };
}

/** Runs of segments that each begin with a box. A lone one may be a blank in a sentence. */
function listsOfOptions(segments: readonly Segment[]): Segment[][] {
  const lists: Segment[][] = [];
  let list: Segment[] = [];
  const close = () => {
    if (list.length > 1 || (list[0] && isOption(list[0].text))) lists.push(list);
    list = [];
  };
  for (const segment of segments) {
    if (opens.test(segment.text)) list.push(segment);
    else close();
  }
  close();
  return lists;
}

function isOption(text: string): boolean {
  const match = opens.exec(text);
  return match !== null && (isDrawn.test(match[0]) || beginsOption.test(match[1] ?? ''));
}

function hasTick(text: string): boolean {
  return [...text.matchAll(boxes)].some(([mark]) => isTicked.test(mark));
}

/** Options side by side in one line, `[ ] by mail [x] by courier`, with spaces in the place of those that are not ticked. */
function withoutUntickedParts(segment: Segment): Segment {
  const marks = [...segment.text.matchAll(boxes)];
  if (marks.length < 2 || !marks.some(([mark]) => isTicked.test(mark))) return segment;
  let text = segment.text;
  for (const [index, { 0: mark, index: from }] of marks.entries()) {
    if (isTicked.test(mark)) continue;
    const to = marks[index + 1]?.index ?? text.length;
    text = text.slice(0, from) + ' '.repeat(to - from) + text.slice(to);
  }
  return { ...segment, text, lower: text.toLowerCase() };
}
