import type { Instant } from "../base/clock.ts";
import type { AuditedRevision, AuditedRow } from "../firing/audit-schedule.ts";

export interface AuditedCursor {
  readonly scheduleId: number;
  readonly uid: string;
  readonly scheduleName: string;
  readonly periodicTaskId: number;
  readonly periodicTaskName: string;
  readonly accountedFrom: Instant;
  readonly accountedTo: Instant;
}

export interface LedgerRow extends AuditedRow {
  readonly decidedAt: Instant;
}

/** Reads everything that the ledger can be held against, each answer of a bounded size. */
export interface AuditReader {
  /** By id, those after `after`: removed ones too, and those of archived periodic tasks. */
  cursors(page: { readonly after: number; readonly limit: number }): Promise<readonly AuditedCursor[]>;
  cursor(scheduleId: number): Promise<AuditedCursor | undefined>;
  /** By version. */
  revisions(scheduleId: number): Promise<readonly AuditedRevision[]>;
  /** By time, those that reach beyond `after` and begin at `through` or before. */
  rows(
    scheduleId: number,
    page: { readonly after: Instant; readonly through: Instant; readonly limit: number },
  ): Promise<readonly LedgerRow[]>;
  /** The states of the runs that are there. */
  runs(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
