import { fileURLToPath } from 'node:url';
import type { ProcessName, ServiceName } from './process-names.ts';

function fromRoot(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** Where Node keeps the code that it compiled, so that what was run before starts in half the time. */
export const compiledCode = { NODE_COMPILE_CACHE: fromRoot('node_modules/.cache/compiled') };

/** The entry of a process. */
export function mainModule(name: ProcessName): string {
  return fromRoot(name === 'gateway' ? 'gateway/src/main.ts' : `services/${name}/src/main.ts`);
}

/** The program that brings a service's schema up to date. */
export function migrateModule(name: ServiceName): string {
  return fromRoot(`services/${name}/src/migrate.ts`);
}

/** The program that says what is wrong with a ruleset file. */
export const checkRulesetModule = fromRoot('services/analysis/src/check-ruleset.ts');

export const reviewModule = fromRoot('tools/review/main.ts');
export const sampleContract = fromRoot('tools/samples/master-services-agreement.docx');
