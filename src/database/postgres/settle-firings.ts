import { type Settlement, settleFiringSql } from "../queries/settle-firing.ts";
import type { PostgresConnection } from "./postgres-pool.ts";

interface SettledRun {
  readonly schedule_id: number | null;
  readonly nominal_at: number | null;
}

/** What becomes of the firings whose runs were held. */
export async function settleFirings(
  connection: PostgresConnection,
  runs: readonly { readonly run: SettledRun; readonly as: Settlement }[],
): Promise<void> {
  for (const { run, as } of runs) {
    if (run.schedule_id === null || run.nominal_at === null) continue;
    await connection.query({
      name: "settle-firing",
      text: settleFiringSql("$1", "$2", "$3", "$4"),
      values: [as.verdict, as.reason, run.schedule_id, run.nominal_at],
    });
  }
}
