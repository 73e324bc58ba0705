import { noAnswer, ProblemError, readProblem } from "./problem.ts";

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;
type Method = "GET" | "POST" | "PUT" | "DELETE";
interface Options {
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
  headers?: Readonly<Record<string, string>>;
}

let csrfToken: string | undefined;
/** Kept in memory alone: it arrives with each session answer. */
export function setCsrfToken(token: string | undefined): void {
  csrfToken = token;
  if (token !== undefined) isLeaving = false;
}

let isLeaving = false;
/**
 * Until somebody signs in, only what signing in and out needs is asked: all else that a page asks while it is being left would be refused, and has no answer
 * instead.
 */
export function leave(): void {
  isLeaving = true;
}
const isOpenToAll = (path: string) => path === "session" || path === "visitor";

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
async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  return readBody<T>(await answerTo(method, path, options));
}

async function answerTo(
  method: Method,
  path: string,
  { query, body, signal, headers: more }: Options,
): Promise<Response> {
  if (isLeaving && !isOpenToAll(path)) return new Promise(() => {});
  const headers: Record<string, string> = { accept: "application/json", ...more };
  if (body !== undefined) headers["content-type"] ??= "application/json";
  if (method !== "GET" && csrfToken !== undefined) headers["x-csrf-token"] = csrfToken;
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  // A text that is named as something else is sent as it is.
  const isText = typeof body === "string" && more?.["content-type"] !== undefined;
  if (body !== undefined) init.body = isText ? body : JSON.stringify(body);
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
  return response;
}

async function readBody<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** A resource and the name of its state, which a change sends back so that nobody else's is lost. */
export interface Tagged<T> {
  value: T;
  etag: string | undefined;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>("GET", path, { query, signal }),
  post: <T>(path: string, body: unknown = {}, signal?: AbortSignal) => request<T>("POST", path, { body, signal }),
  /** Sends a file's text as it is. */
  postText: <T>(path: string, body: string, type: string, query?: Query) =>
    request<T>("POST", path, { body, query, headers: { "content-type": type } }),
  put: <T>(path: string, body: unknown = {}) => request<T>("PUT", path, { body }),
  getTagged: async <T>(path: string, signal?: AbortSignal): Promise<Tagged<T>> => {
    const response = await answerTo("GET", path, { signal });
    return { value: await readBody<T>(response), etag: response.headers.get("etag") ?? undefined };
  },
  putTagged: <T>(path: string, body: unknown, etag: string | undefined) =>
    request<T>("PUT", path, { body, headers: etag === undefined ? {} : { "if-match": etag } }),
  delete: <T = undefined>(path: string, query?: Query) => request<T>("DELETE", path, { query }),
};
