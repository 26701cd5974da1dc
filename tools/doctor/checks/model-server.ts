import { type Finding, ok, warning } from '../finding.ts';

const timeoutMs = 5000;
const defaultModel = 'llama3.2:3b';

/** The Ollama server, where one is set: whether it answers and has the model. */
export async function checkModelServer(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { OLLAMA_BASE_URL: base, OLLAMA_MODEL: model = defaultModel } = env;
  if (!base) return [];
  const subject = 'ollama';
  const remedy = 'Start it, or correct OLLAMA_BASE_URL; reviews by the built-in engine go on without it.';
  let names: string[];
  try {
    const response = await fetch(new URL('api/tags', `${base.replace(/\/*$/, '')}/`), {
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { models } = (await response.json()) as { models: { name: string }[] };
    names = models.map(({ name }) => name);
  } catch (error) {
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    return [warning(subject, `${base} does not answer as Ollama does (${why}).`, remedy)];
  }
  const full = model.includes(':') ? model : `${model}:latest`;
  if (names.includes(full)) return [ok(subject, `${base} has ${full}.`)];
  return [warning(subject, `${base} has no model ${full}.`, `Run "ollama pull ${full}".`)];
}
