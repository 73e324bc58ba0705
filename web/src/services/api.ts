import { noAnswer, ProblemError, readProblem } from "./problem.ts";

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;
type Method = "GET" | "POST" | "PUT" | "DELETE";
interface Options {
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

let csrfToken: string | undefined;
/** Kept in memory alone: it arrives with each session answer. */
export function setCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** Whether this page has had a session's answer since it was loaded or signed out. */
export const isSignedIn = (): boolean => csrfToken !== undefined;

/** The address of an API resource under whatever base path the page was served. Empty query values are left out. */
export function apiUrl(path: string, query?: Query): string {
  const url = new URL(`api/v1/${path}`, document.baseURI);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, String(value));
  }
  return url.toString();
}

/** Asks the API. Throws {@link ProblemError}; an aborted request throws the signal's reason. */
async function request<T>(method: Method, path: string, { query, body, signal }: Options = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET" && csrfToken !== undefined) headers["x-csrf-token"] = csrfToken;
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;

  let response: Response;
  try {
    response = await fetch(apiUrl(path, query), init);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ProblemError({
      type: "about:blank",
      title: "No answer",
      status: 0,
      code: noAnswer,
      detail: cause instanceof Error ? cause.message : String(cause),
    });
  }
  if (!response.ok) throw new ProblemError(await readProblem(response));
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>("GET", path, { query, signal }),
  post: <T>(path: string, body: unknown = {}, signal?: AbortSignal) => request<T>("POST", path, { body, signal }),
  put: <T>(path: string, body: unknown = {}) => request<T>("PUT", path, { body }),
  delete: <T = undefined>(path: string, query?: Query) => request<T>("DELETE", path, { query }),
};
