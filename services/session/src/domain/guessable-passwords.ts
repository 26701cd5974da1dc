/**
 * What passwords that were stolen elsewhere are mostly made of. Together with runs, repetitions and what an attacker
 * knows of the account, it covers passwords of 12 and more characters that are tried first, such as `Password1234!`,
 * `qwertyqwerty` or `iloveyou2024`.
 */
const commonParts = `
  password passwort passwd parola senha contrasena motdepasse wachtwoord haslo salasana losenord kennwort geheim
  secret admin administrator root superuser user username guest test tester testing demo default system server login
  logon signin welcome willkommen bienvenue bonjour hello hallo hola ciao letmein openup opensesame access entry enter
  changeme changeit change temp temporary please secure security private iloveyou ilove loveyou teamo tequiero jetaime
  ichliebedich mylove lovely lover love forever always babygirl babyboy baby princess prince queen king angel angels
  sunshine rainbow butterfly flower flowers rose summer winter spring autumn sommer monday tuesday wednesday thursday
  friday saturday sunday january february march april june july august september october november december football
  fussball baseball basketball soccer hockey tennis golf cricket liverpool chelsea arsenal barcelona realmadrid juventus
  bayern manchester united yankees cowboys lakers eagles steelers ferrari porsche mercedes toyota honda yamaha harley
  corvette mustang camaro superman batman spiderman ironman pokemon pikachu naruto minecraft fortnite roblox starwars
  startrek matrix hunter shadow master dragon monkey tiger lion wolf bear panther falcon eagle phoenix ginger pepper
  cookie chocolate cheese banana orange apple cherry samsung google facebook youtube twitter instagram linkedin amazon
  microsoft windows linux ubuntu computer internet killer ninja pirate soldier warrior legend hero winner champion
  freedom liberty america england germany france london paris berlin newyork texas california chicago canada mexico
  brazil india michael michelle jessica jennifer jordan joshua daniel david andrew anthony thomas robert william charlie
  george james john joseph matthew nicholas ashley amanda nicole samantha elizabeth maria carlos jesus christ blessed
  trustno trustnoone nothing whatever unknown awesome fuckyou fuckoff asshole bullshit qwerty qwertz azerty asdf zxcv
  qazwsx qaz wsx edc zaq xsw
`
  .trim()
  .split(/\s+/)
  .sort((a, b) => b.length - a.length);

const systemParts = ['contract', 'reviewer', 'review'];

/** Neighbours in them are neighbours on keyboards, in the alphabet and among the digits. */
const sequences = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
];
const shortestRun = 3;

/** As people replace letters to make a word look different. */
const replacements: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** Letters and digits that must be left when all that can be guessed is taken away. */
const leastLeft = 5;

/**
 * Whether a password is among those that are tried first: there is hardly anything in it besides common words, names of
 * this system, runs, repetitions, years and parts of the account's own address.
 *
 * @param email of the account
 */
export function isGuessable(password: string, email: string): boolean {
  const lower = password.toLowerCase();
  const plain = lower.replace(/[013457@$!]/g, (character) => replacements[character] ?? character);
  const parts = [...partsOf(email.toLowerCase()), ...systemParts, ...commonParts];
  return [lower, plain].some((text) => leftOf(text, parts).length < leastLeft);
}

/** The address, what is before the @, and the names after it. */
function partsOf(email: string): string[] {
  const [name = '', domain = ''] = email.split('@');
  return [email, name, domain, ...name.split(/[^\p{L}\p{N}]+/u), ...domain.split('.')].filter(
    (part) => part.length >= 3,
  );
}

function leftOf(text: string, parts: readonly string[]): string {
  let left = text;
  // With a space in its place, so that what was apart does not grow together.
  for (const part of parts) left = left.replaceAll(part, ' ');
  left = left.replace(/(?:19|20)\d\d/g, ' ').replace(/[^\p{L}\p{N} ]/gu, '');
  return withoutRepetition(withoutRuns(left).replaceAll(' ', ''));
}

function withoutRuns(text: string): string {
  const characters = [...text];
  let left = '';
  for (let at = 0; at < characters.length; ) {
    const length = runLength(characters, at);
    if (length < shortestRun) left += characters[at];
    at += length < shortestRun ? 1 : length;
  }
  return left;
}

/** How many characters from there on are one run: the same one again and again, or neighbours in one direction. */
function runLength(characters: readonly string[], start: number): number {
  const lengths = [0, 1, -1].flatMap((step) =>
    sequences.map((sequence) => {
      let length = 1;
      while (start + length < characters.length) {
        const [previous = '', next = ''] = [characters[start + length - 1], characters[start + length]];
        const isNext =
          step === 0
            ? previous === next
            : sequence[sequence.indexOf(previous) + step] === next && sequence.includes(previous);
        if (!isNext) break;
        length += 1;
      }
      return length;
    }),
  );
  return Math.max(...lengths);
}

/** What is repeated, once. */
function withoutRepetition(text: string): string {
  return /^(.+?)\1+$/su.exec(text)?.[1] ?? text;
}
