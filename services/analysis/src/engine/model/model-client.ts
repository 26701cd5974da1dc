/** One question to a language model, to be answered in JSON. */
export interface ModelQuestion {
  system: string;
  user: string;
  /** JSON Schema of the answer. */
  schema: object;
  maxAnswerTokens: number;
  /** Of prompt and answer together. */
  contextTokens: number;
  /** The same seed gives the same answer, where the server can. */
  seed: number;
}

/** A language model behind one server. */
export interface ModelClient extends Disposable {
  /** What the settings call the model. */
  readonly model: string;

  /**
   * The model that would answer now, as exactly as the server tells: `llama3.2:3b@sha256:...`, or just its name.
   *
   * @throws {ModelCallError} @throws the signal's reason
   */
  identify(signal: AbortSignal): Promise<string>;

  /**
   * The text of the answer; nobody has looked at it yet.
   *
   * @throws {ModelCallError} `too_long` if prompt or answer did not fit @throws the signal's reason
   */
  answer(question: ModelQuestion, signal: AbortSignal): Promise<string>;
}
