import { breathe } from "../base/breathe.ts";
import type { Clock, Instant } from "../base/clock.ts";
import { type Finding, ScheduleAudit } from "../firing/audit-schedule.ts";
import type { Compile } from "../firing/schedule-plan.ts";
import type { AuditedCursor, AuditReader, LedgerRow } from "../ledger/audit-reader.ts";

export interface AuditRequest {
  /** Nominal times after it. Default: all that the ledger retains. */
  readonly since?: Instant;
  /** Nominal times up to it. Default: all that are accounted for. */
  readonly until?: Instant;
  /** Findings beyond so many are counted and not told. Default: 1,000. */
  readonly most?: number;
}

/** Something that is wrong with the ledger, or cannot be judged. */
export interface LedgerFinding extends Finding {
  readonly scheduleId: number;
  readonly scheduleName: string;
  readonly periodicTaskId: number;
  readonly periodicTaskName: string;
}

export interface AuditReport {
  readonly schedules: number;
  readonly rows: number;
  readonly errors: number;
  readonly notes: number;
  readonly findings: readonly LedgerFinding[];
}

/** What the settings keep, in milliseconds: what is older may be gone. */
export interface Retained {
  readonly runsMs: number;
  readonly ledgerMs: number;
}

export interface LedgerAuditParts {
  readonly reader: AuditReader;
  readonly clock: Clock;
  readonly compile: Compile;
  readonly tzVersion: string;
  readonly retained: Retained;
}

const SCHEDULES_AT_ONCE = 200;
const ROWS_AT_ONCE = 500;
const SLICE_MS = 20;

/**
 * Recomputes from the schedules' revisions what should be accounted for, and compares it with the ledger and the runs. Beats may go on
 * meanwhile: each schedule is looked at up to where its cursor was.
 */
export class LedgerAudit {
  readonly #parts: LedgerAuditParts;

  constructor(parts: LedgerAuditParts) {
    this.#parts = parts;
  }

  async run({ since, until, most = 1_000 }: AuditRequest = {}): Promise<AuditReport> {
    const { reader, clock } = this.#parts;
    const now = clock.now();
    const findings: LedgerFinding[] = [];
    const counts = { schedules: 0, rows: 0, errors: 0, notes: 0 };
    let sliceBegan = clock.monotonic();
    let after = 0;
    for (;;) {
      const cursors = await reader.cursors({ after, limit: SCHEDULES_AT_ONCE });
      for (const cursor of cursors) {
        counts.schedules += 1;
        const { rows, found } = await this.#schedule(cursor, { since, until, now });
        counts.rows += rows;
        for (const finding of found) {
          counts[finding.severity === "error" ? "errors" : "notes"] += 1;
          if (findings.length < most) findings.push({ ...finding, ...namesOf(cursor) });
        }
        if (clock.monotonic() - sliceBegan > SLICE_MS) {
          await breathe();
          sliceBegan = clock.monotonic();
        }
      }
      const last = cursors.at(-1);
      if (cursors.length < SCHEDULES_AT_ONCE || last === undefined) return { ...counts, findings };
      after = last.scheduleId;
    }
  }

  async #schedule(
    cursor: AuditedCursor,
    { since, until, now }: { since: Instant | undefined; until: Instant | undefined; now: Instant },
  ): Promise<{ rows: number; found: readonly Finding[] }> {
    const { reader, compile, tzVersion, retained } = this.#parts;
    const { scheduleId, uid, accountedFrom, accountedTo } = cursor;
    const after = Math.max(accountedFrom, since ?? accountedFrom, now - retained.ledgerMs);
    const through = Math.min(accountedTo, until ?? accountedTo);
    if (through <= after) return { rows: 0, found: [] };
    const audit = new ScheduleAudit(
      { uid, revisions: await reader.revisions(scheduleId) },
      { after, through, tzVersion, compile },
    );
    const found: Finding[] = [];
    let rows = 0;
    let at = after;
    for (;;) {
      const page = await reader.rows(scheduleId, { after: at, through, limit: ROWS_AT_ONCE });
      const fresh = page.filter(({ nominalAt }) => at === after || nominalAt > at);
      for (const row of fresh) audit.row(row);
      found.push(...(await this.#runFindings(cursor, fresh, now)));
      rows += fresh.length;
      const last = fresh.at(-1);
      if (last === undefined || fresh.length < ROWS_AT_ONCE) break;
      at = last.nominalAt;
    }
    found.push(...audit.end());
    if (until === undefined) found.push(...(await this.#beyond(cursor)));
    return { rows, found: found.sort((a, b) => a.at - b.at) };
  }

  /** Runs that sent rows name are there, unless they are so old that they may have been purged; held ones wait. */
  async #runFindings(cursor: AuditedCursor, rows: readonly LedgerRow[], now: Instant): Promise<Finding[]> {
    const { reader, retained } = this.#parts;
    const withRun = rows.flatMap((row) =>
      row.runId !== null && (row.verdict === "sent" || row.verdict === "held") ? [{ ...row, runId: row.runId }] : [],
    );
    const states = await reader.runs(withRun.map(({ runId }) => runId));
    const findings: Finding[] = [];
    for (const row of withRun) {
      const { nominalAt, throughAt, runId, verdict, decidedAt } = row;
      const place = { severity: "error", at: nominalAt, through: throughAt, count: 1 } as const;
      const state = states.get(runId);
      if (verdict === "held" && state !== "held" && (await this.#isStillHeld(cursor, nominalAt))) {
        const text = `it is held, and its run ${runId} is ${state ?? "not there"}`;
        findings.push({ ...place, code: "run_not_held", text });
      } else if (verdict === "sent" && state === undefined && decidedAt > now - retained.runsMs) {
        findings.push({ ...place, code: "run_missing", text: `it was sent, and its run ${runId} is not there` });
      }
    }
    return findings;
  }

  /** Its run may have been let go between the two looks. */
  async #isStillHeld({ scheduleId }: AuditedCursor, at: Instant): Promise<boolean> {
    const [row] = await this.#parts.reader.rows(scheduleId, { after: at - 1, through: at, limit: 1 });
    return row?.verdict === "held";
  }

  /** Beyond the cursor only what has a run may lie, where the clock was set back. */
  async #beyond({ scheduleId, accountedTo }: AuditedCursor): Promise<Finding[]> {
    const { reader } = this.#parts;
    const rows = await reader.rows(scheduleId, { after: accountedTo, through: Number.MAX_SAFE_INTEGER, limit: 10 });
    if (rows.length === 0) return [];
    const to = (await reader.cursor(scheduleId))?.accountedTo ?? Number.MAX_SAFE_INTEGER;
    return rows
      .filter(({ throughAt, runId }) => throughAt > to && runId === null)
      .map(({ nominalAt, throughAt, verdict }) => ({
        code: "beyond_cursor",
        severity: "error",
        at: nominalAt,
        through: throughAt,
        count: null,
        text: `the row (${verdict}) lies beyond the cursor, which has come to ${new Date(to).toISOString()}`,
      }));
  }
}

function namesOf({ scheduleId, scheduleName, periodicTaskId, periodicTaskName }: AuditedCursor) {
  return { scheduleId, scheduleName, periodicTaskId, periodicTaskName };
}
