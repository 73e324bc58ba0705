import type { Kysely } from "kysely";
import { systemClock } from "../../src/base/clock.ts";
import { LedgerAudit } from "../../src/catalog/ledger-audit.ts";
import type { Tables } from "../../src/database/rows.ts";
import { compilePlan } from "../../src/firing/schedule-plan.ts";
import { SqlAuditReader } from "../../src/ledger/sql/sql-audit-reader.ts";

const forever = Number.MAX_SAFE_INTEGER;

/**
 * Everything that is wrong with a ledger in which nothing was purged, in words; empty when nothing is. What was sent must have ended,
 * once: call it when nothing runs any more.
 */
export async function auditLedger(db: Kysely<Tables>): Promise<string[]> {
  const audit = new LedgerAudit({
    reader: new SqlAuditReader(db),
    clock: systemClock,
    compile: compilePlan,
    tzVersion: process.versions.tz ?? "unknown",
    retained: { runsMs: forever, ledgerMs: forever },
  });
  const { findings } = await audit.run();
  const unfinished = await db.selectFrom("run_live").select(["id", "state"]).execute();
  const twice = await db
    .selectFrom("run_live as l")
    .innerJoin("run_done as d", "d.id", "l.id")
    .select("l.id")
    .execute();
  return [
    ...findings.map(({ scheduleId, at, text }) => `schedule ${scheduleId} at ${new Date(at).toISOString()}: ${text}`),
    ...unfinished.map(({ id, state }) => `run ${id} is ${state}`),
    ...twice.map(({ id }) => `run ${id} has ended and goes on`),
  ];
}
