import type { Topic } from '../clauses/categories.ts';
import type { Detections } from '../clauses/detect.ts';
import type { Detector, ValueKind } from '../clauses/detector.ts';
import { type ClauseValue, readValue } from '../clauses/values.ts';
import type { References } from './references.ts';

/** Which defined terms state a value of a kind. A term of the whole contract tells nothing about the length of one duty. */
const stated: Partial<Record<ValueKind, RegExp>> = {
  duration: /^"(?!.*\bnotice\b).*\bperiods?"$/i,
  notice: /^".*\bnotice\b.*\bperiods?"$/i,
  cap: /^".*\b(?:caps?|limits?|maximum|amounts?)\b.*"$/i,
  amount: /^".*\b(?:amounts?|minimum|commitments?)\b.*"$/i,
};

/** The values of the clauses, where a clause states none with what the terms that it uses are defined to be. */
export function resolveValues(
  values: ReadonlyMap<Topic, ClauseValue>,
  detections: Detections,
  detectors: readonly Detector[],
  references: References,
): Map<Topic, ClauseValue> {
  const resolved = new Map(values);
  for (const { topic, value: kind } of detectors) {
    const terms = kind && stated[kind];
    if (!terms || resolved.has(topic)) continue;
    for (const { segment } of detections.get(topic)?.hits ?? []) {
      const value = references
        .of(segment)
        .filter(({ label }) => terms.test(label))
        .map(({ target }) => readValue(kind, target.text))
        .find((each) => each !== undefined);
      if (!value) continue;
      resolved.set(topic, { ...value, segment });
      break;
    }
  }
  return resolved;
}
