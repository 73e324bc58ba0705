/** What a route answers instead of its resource. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object;
  constructor(status: number, code: string, detail: string, more: object = {}) {
    super(detail);
    this.status = status;
    this.body = { type: "about:blank", title: code, status, code, detail, ...more };
  }
}

export type Handler = (ids: string[], body: Record<string, unknown>, query: URLSearchParams) => unknown;
export type Tell = (...topics: string[]) => void;
