import { createHash } from "node:crypto";

/** What makes a run stand for later sends that are the same. */
export interface UniqueRun {
  /** See {@link uniqueKey}. */
  readonly key: string;
  /** For so long from its sending on, whether it has ended or not; null: while it is unfinished. */
  readonly forMs: number | null;
}

/** What a send that is unique came to: a run of its own, or the one that stands for it. */
export interface UniqueAnswer {
  readonly id: string;
  readonly isNew: boolean;
}

/** The key of what a task's sends have in common; `text` may be long. */
export function uniqueKey(task: string, text: string): string {
  return `${createHash("sha256").update(text).digest("base64url")} ${task}`;
}
