import { clause, type HostileFile, type Outcome } from '../hostile-file.ts';

/** The text is another in each, so that each is a file of its own. */
function named(name: string, filename: string, attack: string, expected: readonly Outcome[] = ['ready']): HostileFile {
  return { name, filename, attack, expected, text: clause, content: () => Buffer.from(`${clause}\n${name}\n`) };
}

const refusable: readonly Outcome[] = ['ready', 'refused INVALID_REQUEST', 'refused INVALID_FORM'];

/** Harmless texts with names that are not. */
export const filenames: readonly HostileFile[] = [
  named('name-parent', '../../../../../tmp/escaped-hostile-file.txt', 'is named like a path out of its folder'),
  named(
    'name-parent-of-windows',
    '..\\..\\..\\escaped-hostile-file.txt',
    'is named like a path of Windows out of its folder',
  ),
  named('name-absolute', '/tmp/escaped-hostile-file.txt', 'is named like an absolute path'),
  named('name-share', '\\\\example.test\\share\\a.txt', 'is named like a share of Windows'),
  named('name-percent-encoded', '..%2f..%2f..%2fetc%2fpasswd', 'is named like a path in percent encoding'),
  named('name-dots', '..', 'is named with dots alone', refusable),
  named('name-blank', ' ', 'is named with a blank', refusable),
  named('name-empty', '', 'has an empty name', refusable),
  named('name-nul', 'contract.txt\0.exe', 'has a NUL in its name', refusable),
  named(
    'name-line-ends',
    'a.txt\r\nSet-Cookie: session=stolen\r\n\r\n<script>alert(1)</script>',
    'has line ends and headers in its name',
    [...refusable, 'refused UNSUPPORTED_FILE_TYPE'],
  ),
  named(
    'name-quotes',
    'a"; filename="b.html"; x=\'\\".txt',
    'has quotes and parameters of headers in its name',
    refusable,
  ),
  named('name-of-4-kilobytes', `${'x'.repeat(4092)}.txt`, 'has a name of 4 KB', refusable),
  named('name-of-64-kilobytes', `${'x'.repeat(65_532)}.txt`, 'has a name of 64 KB', refusable),
  named('name-of-marks', `${'a\u0300\u0301\u0302'.repeat(1000)}.txt`, 'has a name of 3,000 combining marks', refusable),
  named('name-that-reads-backwards', 'contract\u202etxt.exe', 'turns the direction of reading in its name'),
  named('name-invisible', '\u200b\u2060\ufeff.txt', 'has a name that does not show', refusable),
  named('name-device', 'CON.txt', 'is named like a device of Windows'),
  named('name-device-com1', 'COM1', 'is named like a port of Windows'),
  named('name-trailing-dots', 'contract.txt. . .', 'ends in dots and blanks, which Windows drops'),
  named('name-stream', 'contract.txt::$DATA', 'is named like a stream of NTFS'),
  named('name-option', '-rf --help', 'is named like an option of a command'),
  named('name-command', '$(reboot);`id`|cat.txt', 'has a command in its name'),
  named('name-markup', '<img src=x onerror=alert(1)>.txt', 'has HTML in its name'),
  named('name-query', "'; DROP TABLE documents; --.txt", 'has SQL in its name'),
  named('name-emoji', '👩‍👩‍👧‍👦🏴‍☠️📄.txt', 'has a name of emoji'),
  named('name-lone-surrogate', 'a\ud800.txt', 'has half a character in its name', refusable),
  named('name-terminal-commands', '\x1b[2J\x1b]0;a\x07.txt', 'has commands for terminals in its name', refusable),
  named('name-two-extensions', 'contract.pdf.exe', 'has two extensions'),
];
