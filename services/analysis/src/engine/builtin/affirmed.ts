import type { Topic } from './clauses/categories.ts';
import type { Detections } from './clauses/detect.ts';

/**
 * The words that a clause of each topic turns on. A passage in which all of them are denied (`shall not automatically renew`, `no
 * minimum purchase`) says the opposite of the clause. Topics whose substance is a ban, such as Non-Compete, are not here.
 */
const turningWords: Partial<Record<Topic, RegExp>> = {
  'Renewal Term': /\b(?:renew|exten[ds])/g,
  'Termination For Convenience': /\b(?:terminat(?!ion of)|cancel)/g,
  Exclusivity: /\bexclusiv/g,
  'Minimum Commitment': /\b(?:minimum|commitment|obligat|required? to (?:purchase|buy|order))/g,
  'Rofr/Rofo/Rofn': /\b(?:first (?:refusal|offer|negotiation|right|option)|option to)/g,
  'Audit Rights': /\b(?:audit|inspect|examin)/g,
  'License Grant': /\blicen[cs]/g,
  'Irrevocable Or Perpetual License': /\b(?:irrevocabl|perpetual)/g,
  'Unlimited/All-You-Can-Eat-License': /\bunlimited/g,
  'Ip Ownership Assignment': /\b(?:assign|transfer|convey|vest|made for hire)/g,
  'Joint Ip Ownership': /\bjoint/g,
  'Liquidated Damages': /\b(?:liquidated|penalt|termination fee)/g,
  'Uncapped Liability': /\b(?:unlimited|uncapped|without limit)/g,
  'Third Party Beneficiary': /\bbeneficiar/g,
  'Source Code Escrow': /\bescrow/g,
  'Revenue/Profit Sharing': /\b(?:shar(?:e|ing) of|royalt|commission)/g,
  Insurance: /\binsur/g,
  Indemnification: /\b(?:indemnif|hold harmless)/g,
};

/** A word that denies what follows it in the same clause; `not less than` denies nothing, and an exception takes the denial back. */
const denied =
  /\b(?:no|not|never|neither|nor|none|nothing|cannot|without)\b(?! (?:less|more|later|earlier|fewer|greater|limited to|only|exceed|unreasonabl\w*|withstanding|limiting|cause|notice|any (?:further|additional) notice))(?:(?!\b(?:except|unless|until|other than|only|but|provided|and (?:shall|will|may|hereby)|if|without (?:cause|reason|notice|limit\w*)|for any reason)\b)[^;:.]){0,70}$/;
const exception = /\b(?:except|unless|other than|more than|in excess of|only (?:if|upon|by|with)|but)\b/;

/** True when a passage denies every word that a clause of the topic turns on. */
function isDenial(topic: Topic, lower: string): boolean {
  const words = turningWords[topic];
  if (!words || exception.test(lower)) return false;
  const mentions = [...lower.matchAll(words)];
  return (
    mentions.length > 0 && mentions.every(({ index }) => denied.test(lower.slice(Math.max(0, index - 110), index)))
  );
}

/** Entries of a table of contents that has lost its lines: titles between page numbers and section numbers. */
const contentsEntry = /[a-z)]\s\d{1,3}\s(?:\d{1,2}\.(?:\d{1,2}\b)?|[a-z])/gi;
const fewestEntries = 3;

function isContents(text: string): boolean {
  return [...text.matchAll(contentsEntry)].length >= fewestEntries;
}

/** The detections without the passages that deny what they were found for, and without those of a table of contents. */
export function affirmed(detections: Detections): Detections {
  return new Map(
    [...detections].map(([topic, detection]) => [
      topic,
      {
        ...detection,
        hits: detection.hits.filter(({ segment }) => !isDenial(topic, segment.lower) && !isContents(segment.text)),
      },
    ]),
  );
}
