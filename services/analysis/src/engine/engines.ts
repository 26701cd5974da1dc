import type { EngineName } from '../domain/analysis.ts';
import { AnalysisRequestError } from '../domain/errors.ts';
import type { Engine } from './engine.ts';

/** What has to be set before an engine can be used. */
export interface MissingSettings {
  missingSettings: readonly string[];
}

/** The engines of this process. The built-in one is always there. */
export type Engines = Readonly<
  { builtin: Engine } & Partial<Record<Exclude<EngineName, 'builtin'>, Engine | MissingSettings>>
>;

/** @throws {AnalysisRequestError} engine_not_configured, naming the settings that are missing */
export function configuredEngine(engines: Engines, name: EngineName): Engine {
  const engine = engines[name];
  if (engine && 'review' in engine) return engine;
  const settings = engine?.missingSettings.join(' and ') ?? '';
  throw new AnalysisRequestError(
    'engine_not_configured',
    `The engine ${name} is not configured here: set ${settings} for the analysis service.`,
    { engine: name, missing_settings: settings },
  );
}

/** The engines that are there to be disposed of. */
export function enginesIn(engines: Engines): Engine[] {
  return Object.values(engines).filter((engine): engine is Engine => 'review' in engine);
}
