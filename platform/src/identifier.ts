const shape = /^[A-Za-z0-9._~:@-]{1,128}$/;

/** Whether it can be an id. Ids are ours or version 1's: 1 to 128 letters, digits and `._~:@-`. */
export function isIdentifier(text: string): boolean {
  return shape.test(text);
}
