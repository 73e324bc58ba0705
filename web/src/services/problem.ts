import type { Bilingual, Problem } from "./wire.ts";

/** What a request that did not succeed throws: the server's problem, or one made here when no answer came. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** Codes that the server does not send: there was no answer, or it was not one of ours. */
export const noAnswer = "no_answer";
export const strangeAnswer = "strange_answer";

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { type: "about:blank", title: "Error", status: 0, code: "client_error", detail };
}

/** What kept one of many from being done, as an error that can be shown. */
export function refusalOf({
  code,
  detail,
  text,
}: {
  code: string;
  detail: string;
  text?: Bilingual | undefined;
}): ProblemError {
  return new ProblemError({ type: "about:blank", title: "Refused", status: 0, code, detail, ...(text && { text }) });
}

export type Fault = NonNullable<Problem["errors"]>[number];

/** A fault at a field, for its reader. */
export function textOfFault({ detail, accepted, text }: Fault, language: keyof Bilingual): string {
  return text?.[language] ?? (accepted && !detail.includes(accepted) ? `${detail} (${accepted})` : detail);
}

export function isProblem(error: unknown, code: string): boolean {
  return error instanceof ProblemError && error.problem.code === code;
}

/** Reads the body of a failed answer; a proxy's HTML page becomes a problem too. */
export async function readProblem(response: Response): Promise<Problem> {
  const type = response.headers.get("content-type") ?? "";
  if (type.includes("json")) {
    const body: unknown = await response.json().catch(() => null);
    if (typeof body === "object" && body !== null && "code" in body && "detail" in body) return body as Problem;
  }
  return {
    type: "about:blank",
    title: response.statusText,
    status: response.status,
    code: strangeAnswer,
    detail: `${response.status} ${response.statusText}`.trim(),
  };
}
