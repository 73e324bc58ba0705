import { type APIRequestContext, request } from "@playwright/test";

/** What a browser keeps of a signed-in user. */
export type SignedIn = Awaited<ReturnType<APIRequestContext["storageState"]>>;

/** The API as somebody who is signed in; arranges what a test is not about. A refusal throws, with the server's words. */
export class ApiClient {
  readonly #context: APIRequestContext;
  #csrfToken = "";

  private constructor(context: APIRequestContext) {
    this.#context = context;
  }

  static async signIn(url: string, username: string, password: string): Promise<ApiClient> {
    const client = new ApiClient(await request.newContext({ baseURL: url }));
    const { csrfToken } = await client.post<{ csrfToken: string }>("session", { username, password });
    client.#csrfToken = csrfToken;
    return client;
  }

  get<T>(path: string): Promise<T> {
    return this.#ask<T>("GET", path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#ask<T>("POST", path, body);
  }

  put<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#ask<T>("PUT", path, body);
  }

  delete(path: string): Promise<void> {
    return this.#ask("DELETE", path);
  }

  /** Its session, for a browser that shall be signed in as the same user. */
  signedIn(): Promise<SignedIn> {
    return this.#context.storageState();
  }

  async close(): Promise<void> {
    await this.#context.dispose();
  }

  async #ask<T>(method: string, path: string, data?: unknown): Promise<T> {
    const answer = await this.#context.fetch(`/api/v1/${path}`, {
      method,
      headers: { "x-csrf-token": this.#csrfToken },
      ...(data === undefined ? {} : { data }),
    });
    const text = await answer.text();
    if (!answer.ok()) throw new Error(`${method} ${path} was answered with ${answer.status()}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
}
