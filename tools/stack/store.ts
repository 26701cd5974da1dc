/** A store that the system runs on. Disposing stops it where it is ours. */
export interface Store<Urls> extends AsyncDisposable {
  /** For people: what and where it is. */
  description: string;
  /** Where each process connects to it, and as whom. */
  urls: Urls;
}

/** A store that we neither start nor stop. */
export function foreignStore<Urls>(description: string, urls: Urls): Store<Urls> {
  return { description, urls, [Symbol.asyncDispose]: () => Promise.resolve() };
}
