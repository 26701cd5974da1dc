import { figuresAgree } from './figures.ts';
import { negationsAgree } from './negations.ts';
import { isOpposite } from './opposites.ts';

/** A model has no pages to send a reader to, and one that was hijacked would have. */
const link =
  /\b(?:https?|ftp|file|data|javascript):[^\s"'<>()]*|\bwww\.[^\s"'<>()]*|\b(?:[\w-]{1,63}\.){1,6}(?:(?:com|net|org|io|ru|cn|info|biz|example)\b[^\s"'<>()]*|[a-z]{2,24}\/[^\s"'<>()]*)/gi;
/** Not findings, but the lack of them: what a contract that wants to look harmless has a model say. */
const reassurance =
  /\b(?:no|without|free of|zero|not any)\s+(?:\w+\s){0,3}(?:risks?|concerns?|issues?|problems?|red flags?)\b|\b(?:(?:is|are|appears?|seems?)\s+(?:\w+\s){0,2}(?:safe|harmless|fair|balanced|acceptable|market.standard|risk.free|low.risk))\b|\bnothing to (?:report|worry)\b/i;

/** Whether the passage bears out what is said of it: its figures, and what is so and what is not. */
export function isSupported(statement: string, passage: string): boolean {
  return figuresAgree(statement, passage) && negationsAgree(statement, passage) && !isOpposite(statement, passage);
}

/** Whether a text says that all is well. */
export function isReassuring(text: string): boolean {
  return reassurance.test(text);
}

/** Whether a statement has a link that is not, as it stands, in the passage. */
export function hasLinkOfItsOwn(statement: string, passage: string): boolean {
  const written = passage.toLowerCase();
  return (statement.toLowerCase().match(link) ?? []).some((each) => !written.includes(each.replace(/[.,;:!?]+$/, '')));
}
