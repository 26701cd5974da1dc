/**
 * What version 1 kept of a thing, as a field of its body: the very object, whose keys are version 1's own.
 *
 * @param text the JSON text of an object; undefined if the thing did not come from version 1
 */
export function originalBody(text: string | undefined): { version1_original?: object } {
  return text === undefined ? {} : { version1_original: JSON.parse(text) as object };
}
