import type { Instant } from "../base/clock.ts";
import type { Json } from "../base/json.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { firingRunId } from "./firing-run-id.ts";
import { nextNamed, previousNamed } from "./named-times.ts";
import type { Compile, SchedulePlan } from "./schedule-plan.ts";

/** A row of the ledger, as it is held against what should be there. */
export interface AuditedRow {
  readonly nominalAt: Instant;
  readonly throughAt: Instant;
  readonly version: number;
  readonly verdict: string;
  readonly reason: string;
  readonly detail: { readonly [key: string]: Json } | null;
  readonly runId: string | null;
}

export interface AuditedRevision {
  readonly version: number;
  /** Times after it follow from this revision, until the next one begins. */
  readonly fromAt: Instant;
  /** Undefined where its row holds nonsense. */
  readonly plan: SchedulePlan | undefined;
  readonly tzVersion: string;
}

export interface AuditedSchedule {
  readonly uid: string;
  /** By version. */
  readonly revisions: readonly AuditedRevision[];
}

export interface AuditWindow {
  /** Times after it up to `through` are looked at; rows may begin before it. */
  readonly after: Instant;
  readonly through: Instant;
  /** Of this process: revisions that were planned with another are told as notes. */
  readonly tzVersion: string;
  readonly compile: Compile;
}

export type FindingCode =
  | "gap"
  | "overlap"
  | "not_named"
  | "wrong_verdict"
  | "wrong_revision"
  | "wrong_run"
  | "run_missing"
  | "run_not_held"
  | "beyond_cursor"
  | "cannot_compute";

export interface Finding {
  readonly code: FindingCode;
  /** A note tells of what cannot be judged; an error of what is wrong. */
  readonly severity: "error" | "note";
  readonly at: Instant;
  readonly through: Instant;
  /** How many nominal times are concerned, where that was counted. */
  readonly count: number | null;
  readonly text: string;
}

interface Known extends AuditedRevision {
  readonly schedule: Schedule | undefined;
}

const COUNTED = 10_000;

/**
 * Holds the rows of one schedule, handed in by their time, against the nominal times that its revisions name: each of them lies in
 * exactly one row, and no row names another.
 */
export class ScheduleAudit {
  readonly #uid: string;
  readonly #window: AuditWindow;
  readonly #revisions: readonly Known[];
  readonly #findings: Finding[] = [];
  /** Everything up to here is in a row, or told. */
  #reached: Instant;
  #version: number;

  constructor({ uid, revisions }: AuditedSchedule, window: AuditWindow) {
    this.#uid = uid;
    this.#window = window;
    this.#revisions = revisions.map((revision) => ({ ...revision, schedule: compiled(revision.plan, window.compile) }));
    this.#reached = window.after;
    this.#version = this.#inForce(window.after + 1)?.version ?? 0;
  }

  row(row: AuditedRow): void {
    const { nominalAt, throughAt } = row;
    // What was sent too early may be of a revision that another one has followed since, before its time came.
    const version = row.detail?.early === true ? (this.#inForce(nominalAt)?.version ?? row.version) : row.version;
    if (nominalAt > throughAt) {
      this.#tell(row, "not_named", `the row ends before it begins, at ${iso(throughAt)}`);
      return;
    }
    const beginsBefore = nominalAt <= this.#window.after;
    if (nominalAt <= this.#reached && !beginsBefore) {
      this.#tell(row, "overlap", `the row overlaps the one before it, which reaches to ${iso(this.#reached)}`);
    } else if (row.verdict === "failed") {
      // It stands for all that could not be computed.
      this.#reached = nominalAt;
    } else if (!beginsBefore) {
      this.#gap(nominalAt - 1, version);
    }
    this.#check(row);
    this.#reached = Math.max(this.#reached, throughAt);
    this.#version = version;
  }

  /** After the last row. */
  end(): readonly Finding[] {
    this.#gap(this.#window.through, Number.POSITIVE_INFINITY);
    return this.#findings;
  }

  #check(row: AuditedRow): void {
    const { nominalAt, throughAt, verdict, version } = row;
    if (verdict === "failed") return;
    const revision = this.#revisions.find((candidate) => candidate.version === version);
    if (revision === undefined) {
      this.#tell(row, "wrong_revision", `its revision ${version} is not there`);
      return;
    }
    const inForce = this.#inForce(throughAt);
    if (inForce !== undefined && inForce.version > version && !wasSentAhead(row, inForce)) {
      const text = `it was decided under revision ${version}, and revision ${inForce.version} was in force from ${iso(inForce.fromAt)} on`;
      this.#tell(row, "wrong_revision", text);
    }
    const { schedule } = revision;
    if (schedule === undefined) {
      this.#tell(row, "cannot_compute", `revision ${version} cannot be computed`, "note");
      return;
    }
    const expected = fault(row, schedule, this.#uid);
    if (expected !== undefined) this.#tell(row, expected.code, expected.text, this.#severityOf(revision), revision);
    if (nominalAt !== throughAt && ["sent", "held", "merged"].includes(verdict)) {
      this.#tell(row, "wrong_verdict", `several times share the verdict '${verdict}', which only single ones have`);
    }
  }

  /** Times up to `through` that no row covers; a row of `version` comes next. */
  #gap(through: Instant, version: number): void {
    for (const revision of this.#revisions) {
      if (revision.version < this.#version || revision.version > version) continue;
      const next = this.#revisions.find((candidate) => candidate.version > revision.version);
      const isLast = revision.version === version || next === undefined || next.version > version;
      const end = isLast ? through : Math.min(next.fromAt, through);
      if (end <= this.#reached) continue;
      this.#gapUnder(revision, this.#reached, end);
      this.#reached = end;
    }
    this.#reached = Math.max(this.#reached, through);
  }

  #gapUnder(revision: Known, after: Instant, through: Instant): void {
    const { schedule, version } = revision;
    const place = { nominalAt: after + 1, throughAt: through };
    if (schedule === undefined) {
      this.#tell(place, "cannot_compute", `revision ${version} cannot be computed, and no row says so`, "note");
      return;
    }
    const first = nextNamed(schedule, after);
    if (first === undefined || first > through) return;
    const last = previousNamed(schedule, through) ?? first;
    const counted = schedule.count(first, last, COUNTED + 1);
    const count = counted > COUNTED ? null : Math.max(counted, 1);
    const times =
      count === 1 ? "a nominal time is in no row" : `${count ?? `more than ${COUNTED}`} nominal times are in no row`;
    const range = { nominalAt: first, throughAt: last };
    this.#tell(range, "gap", times, this.#severityOf(revision), revision, count);
  }

  #inForce(at: Instant): Known | undefined {
    return this.#revisions.findLast(({ fromAt }) => fromAt < at) ?? this.#revisions[0];
  }

  #severityOf({ tzVersion }: AuditedRevision): Finding["severity"] {
    return tzVersion === this.#window.tzVersion ? "error" : "note";
  }

  #tell(
    { nominalAt, throughAt }: Pick<AuditedRow, "nominalAt" | "throughAt">,
    code: FindingCode,
    text: string,
    severity: Finding["severity"] = "error",
    revision?: AuditedRevision,
    count: number | null = null,
  ): void {
    const { tzVersion } = this.#window;
    const other =
      revision === undefined || revision.tzVersion === tzVersion
        ? ""
        : ` (revision ${revision.version} was planned with the tz database ${revision.tzVersion}, and this process has ${tzVersion})`;
    this.#findings.push({ code, severity, at: nominalAt, through: throughAt, count, text: `${text}${other}` });
  }
}

/** A clock that is ahead by less than beat takes for a jump sends early; what it sent stays when it is set back and an edit follows. */
const AHEAD_MS = 60_000;

function wasSentAhead({ verdict, nominalAt, detail }: AuditedRow, inForce: AuditedRevision): boolean {
  // A clock that was further ahead is noticed, and what it had sent is marked; a held run may have been dropped since.
  if (detail?.early === true) return true;
  return ["sent", "held", "merged"].includes(verdict) && nominalAt - inForce.fromAt <= AHEAD_MS;
}

/** What is wrong with a row by itself. */
function fault(row: AuditedRow, schedule: Schedule, uid: string): { code: FindingCode; text: string } | undefined {
  const { nominalAt, throughAt, verdict, reason, detail, runId } = row;
  for (const at of new Set([nominalAt, throughAt])) {
    if (previousNamed(schedule, at) !== at) {
      return {
        code: "not_named",
        text: `the schedule does not name ${iso(at)}, where the row ${at === nominalAt ? "begins" : "ends"}`,
      };
    }
  }
  const fires = schedule.previous(nominalAt) === nominalAt;
  if (verdict === "sent" || verdict === "held" || verdict === "merged") {
    if (!fires)
      return { code: "wrong_verdict", text: `its verdict is '${verdict}', and the schedule does not fire there` };
    if (verdict !== "merged" && runId !== firingRunId(uid, nominalAt)) {
      return {
        code: "wrong_run",
        text: `it names the run ${runId ?? "none"}, and its own would be ${firingRunId(uid, nominalAt)}`,
      };
    }
    return undefined;
  }
  const isException = verdict === "moved" || reason === "calendar" || reason === "daylight_saving";
  if (!isException) return undefined;
  const exception = schedule.exceptions?.next(nominalAt - 1);
  if (exception?.at !== nominalAt) {
    return { code: "wrong_verdict", text: `its verdict is '${verdict}' (${reason}), and the schedule fires there` };
  }
  const movedTo = verdict === "moved" ? detail?.movedTo : undefined;
  if (exception.movedTo !== movedTo) {
    const target = (at: Json | undefined) => (typeof at === "number" ? `moved to ${iso(at)}` : "left out");
    return { code: "wrong_verdict", text: `it says ${target(movedTo)}, and the time is ${target(exception.movedTo)}` };
  }
  return undefined;
}

function compiled(plan: SchedulePlan | undefined, compile: Compile): Schedule | undefined {
  try {
    return plan && compile(plan);
  } catch {
    return undefined;
  }
}

const iso = (at: Instant): string => new Date(at).toISOString();
