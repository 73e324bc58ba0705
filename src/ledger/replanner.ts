import type { HyoshiError } from "../base/error.ts";
import type { EditContext } from "./periodic-task-store.ts";
import type { PlanSelection } from "./plan-reader.ts";

export interface ReplanBatch {
  readonly replanned: number;
  /** Those among them that wait for another instant now. */
  readonly changed: number;
  /** Those that cannot be computed under the new plan: they stay as they are. */
  readonly failed: readonly { readonly scheduleId: number; readonly error: HyoshiError }[];
  /** Where to go on; 0 after the last. */
  readonly at: number;
}

/** Gives many schedules a new revision without an edit of theirs. */
export interface Replanner {
  /**
   * Plans up to `limit` of the selected schedules after the id `after` anew, in one transaction: revision, row for what passed, cursor,
   * and the record of the change. What is planned anew is not selected again (but for `calendar`), so that whoever was interrupted
   * begins at 0 again.
   */
  replan(
    selection: PlanSelection,
    page: { readonly after: number; readonly limit: number },
    context: EditContext,
  ): Promise<ReplanBatch>;
}
