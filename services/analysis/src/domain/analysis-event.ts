import type { AnalysisStatus } from './analysis.ts';

/** How far an analysis is. */
export interface Progress {
  /** What is being done now, as a word: `reading`, or whatever the engine calls its steps. */
  stage: string;
  /** Share of the work done, in [0, 1]. Falls only when the review has to start over. */
  fraction: number;
}

/** One step of an analysis, as its watchers are told. The one with a terminal status is the last. */
export interface AnalysisEvent extends Progress {
  /** From 1, without gaps, per analysis. */
  sequence: number;
  status: AnalysisStatus;
  occurredAt: Date;
}

/** The stage of an analysis that waits for a worker. */
export const waitingStage = 'waiting';
/** The stage of an analysis whose text is being fetched, and extracted if need be. */
export const readingStage = 'reading';
/** The stage of an analysis that has ended, in whatever way. */
export const endedStage = 'ended';
