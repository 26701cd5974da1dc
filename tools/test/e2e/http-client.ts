/** The REST API as a user calls it. */
export class HttpClient {
  readonly #baseUrl: string;
  readonly token: string;

  constructor(baseUrl: string, token: string) {
    this.#baseUrl = baseUrl;
    this.token = token;
  }

  static async login(baseUrl: string, credentials: { email: string; password: string }): Promise<HttpClient> {
    const response = await fetch(`${baseUrl}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    if (!response.ok) throw new Error(`login: ${response.status} ${await response.text()}`);
    const { token } = (await response.json()) as { token: string };
    return new HttpClient(baseUrl, token);
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${this.token}`);
    return fetch(new URL(path, this.#baseUrl), { ...init, headers });
  }

  /** @throws when the answer is not a success */
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into bodies by their documented names.
  async json(path: string, init: RequestInit = {}): Promise<any> {
    const response = await this.request(path, init);
    if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }

  /** @returns the document's id */
  async upload(name: string, bytes: Uint8Array<ArrayBuffer> | string): Promise<string> {
    const form = new FormData();
    form.set('file', new Blob([bytes]), name);
    const { document_id } = await this.json('/api/upload', { method: 'POST', body: form });
    return document_id;
  }

  /** Asks for a review. @returns the answer of `POST /api/analyze` */
  analyze(documentId: string, { wait = 30, force = false } = {}): Promise<{ analysis_id: string; status: string }> {
    return this.json(`/api/analyze/${documentId}?wait=${wait}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ force }),
    });
  }
}
