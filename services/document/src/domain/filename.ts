const maxLength = 255;
const longestExtension = 16;

/** They are not shown, or they turn the reading direction so that `fdp.exe` reads as `exe.pdf`. */
const invisible = /[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * The name of an uploaded file as it is shown: without the uploader's folders and without invisible characters, at most
 * 255 characters.
 *
 * @returns undefined if nothing is left of it
 */
export function cleanFilename(name: string): string | undefined {
  const withoutFolders = name.split(/[/\\]/).at(-1) ?? '';
  const shown = withoutFolders.replace(invisible, '').normalize('NFC').trim();
  return /^\.*$/.test(shown) ? undefined : shortened(shown);
}

/** Cuts before the extension, which people go by. */
function shortened(name: string): string {
  const characters = [...name];
  if (characters.length <= maxLength) return name;
  const dot = characters.lastIndexOf('.');
  const extension = dot > 0 && characters.length - dot <= longestExtension ? characters.slice(dot) : [];
  return [...characters.slice(0, maxLength - extension.length), ...extension].join('');
}
