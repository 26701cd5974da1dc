/** Work of one class shares places; the classes do not take each other's. */
export type WorkClass = 'light' | 'large' | 'heavy';

/** A kind of work, as those see it who let it in. */
export interface Work {
  name: string;
  class: WorkClass;
  /** What it costs of a rate limit; reading one thing costs 1. */
  points: number;
  /** It completes what was let in before, and so goes first among the work of the same caller. */
  continues: boolean;
  /** Whether it keeps its place until it ends. What goes on for as long as its caller likes only has to be let in. */
  keepsPlace: boolean;
}

/** A single thing, or a page of them. */
export const reading: Work = { name: 'reading', class: 'light', points: 1, continues: false, keepsPlace: true };
/** The same of something that may take many megabytes. */
export const readingWhole: Work = { ...reading, name: 'reading whole', class: 'large', points: 10 };
/** A transaction of a few rows. */
export const writing: Work = { ...reading, name: 'writing', points: 10 };
/** To prove who one is. */
export const attempting: Work = { ...reading, name: 'attempting', points: 100 };
/** A stream that lasts as long as its caller wants. */
export const following: Work = { ...reading, name: 'following', keepsPlace: false };
/** A file made of what is stored. */
export const rendering: Work = { ...reading, name: 'rendering', class: 'heavy', points: 50 };
/** What has more work come after it. */
export const beginning: Work = { ...rendering, name: 'beginning', points: 200 };
/** The work that such a beginning was for. */
export const continuing: Work = { ...beginning, name: 'continuing', continues: true };
/** Everything, or much of it. */
export const sweeping: Work = { ...rendering, name: 'sweeping', points: 1000 };

/** A unary method whose name says so only reads: https://google.aip.dev/131, 132. */
const read = /\/(Get|List|Check|Authenticate|Verify)[A-Z][A-Za-z]*$/;

/** What a method is that nobody has said more about. @param path `/package.Service/Method` */
export function workOf(path: string): Work {
  return read.test(path) ? reading : writing;
}
