import type { Conflict, Drift, Update } from "./three-way.ts";

/**
 * What becomes of a periodic task that code defines. `create`, `update`, `archive`: the row follows the code. `release`: code does not define it
 * any more, and it was edited here, so it stays, as one that was made here. `conflict`: nothing of it can be applied, or only a part (`conflicts`).
 * `invalid`: the definition makes no sense.
 */
export type CodeAction = "create" | "update" | "archive" | "release" | "conflict" | "invalid" | "none";

export interface CodePlanItem {
  readonly action: CodeAction;
  readonly app: string;
  readonly name: string;
  /** Null for one that is not made yet. */
  readonly periodicTaskId: number | null;
  readonly updates: readonly Update[];
  readonly conflicts: readonly Conflict[];
  /** What was edited here and stays so. */
  readonly drift: readonly Drift[];
  readonly reason?: string;
}

/** What applying the code would do, or has done. */
export interface CodePlan {
  readonly items: readonly CodePlanItem[];
  /** Apps whose code could not be imported: nothing of theirs is touched. */
  readonly unread: readonly string[];
}

/** Whether applying it does something, or leaves something for a person. */
export function hasChanges({ items }: CodePlan): boolean {
  return items.some(({ action, conflicts }) => action !== "none" || conflicts.length > 0);
}
