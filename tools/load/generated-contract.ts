const kinds = [
  'Master Services Agreement',
  'Non-Disclosure Agreement',
  'Licence Agreement',
  'Supply Agreement',
] as const;
const names = [
  'Alder Analytics',
  'Birch Foods',
  'Cedar Logistics',
  'Dogwood Media',
  'Elm Robotics',
  'Fir Energy',
] as const;
const laws = ['Delaware', 'New York', 'California', 'Texas', 'England and Wales', 'Ontario'] as const;
const payments = [15, 30, 45, 60, 90] as const;

const optionalClauses = [
  'Assignment. Neither party may assign this Agreement without the prior written consent of the other.',
  'Confidentiality. Each party shall keep the Confidential Information of the other secret for five (5) years.',
  'Termination for Convenience. Either party may terminate this Agreement upon sixty (60) days’ written notice.',
  'Insurance. The Provider shall maintain commercial general liability insurance of at least $2,000,000.',
  'Exclusivity. The Customer shall purchase the Services from the Provider exclusively during the Term.',
  'Audit. The Customer may audit the books of the Provider once in each calendar year upon ten (10) days’ notice.',
  'Renewal. This Agreement renews for successive terms of one (1) year unless a party objects thirty (30) days before.',
  'Non-Solicitation. Neither party shall solicit the employees of the other for twelve (12) months after the Term.',
] as const;

/** A contract of a few clauses; each number has its own, and always the same. */
export function generatedContract(number: number): { filename: string; text: string } {
  const pick = <T>(from: readonly T[], salt: number) => from[mix(number, salt) % from.length] as T;
  const kind = pick(kinds, 1);
  const provider = pick(names, 2);
  const customer = names[(names.indexOf(provider) + 1 + (mix(number, 3) % (names.length - 1))) % names.length];
  const clauses = [
    `Term. This Agreement begins on March ${1 + (mix(number, 4) % 28)}, 2026 and continues for ${1 + (mix(number, 5) % 5)} years.`,
    `Payment. The Customer shall pay each invoice within ${pick(payments, 6)} days after its receipt.`,
    ...optionalClauses.filter((_, index) => mix(number, 10 + index) % 2 === 0),
    `Limitation of Liability. The liability of either party shall not exceed $${1 + (mix(number, 7) % 900)},000.`,
    `Governing Law. This Agreement is governed by the laws of ${pick(laws, 8)}.`,
  ];
  const text = [
    kind.toUpperCase(),
    `This ${kind} No. ${number} is made between ${provider}, Inc. (the “Provider”) and ${customer} LLC (the “Customer”).`,
    ...clauses.map((clause, index) => `${index + 1}. ${clause}`),
  ].join('\n\n');
  return { filename: `${kind.toLowerCase().replaceAll(' ', '-')}-${number}.txt`, text };
}

/** Scatters small numbers over 31 bits (the finalizer of MurmurHash3, by Austin Appleby, in the public domain). */
function mix(number: number, salt: number): number {
  let hash = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 1;
}
