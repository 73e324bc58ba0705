import { setTimeout as sleep } from "node:timers/promises";
import { openPostgresDatabase } from "../../src/database/postgres/postgres-database.ts";

/** Whoever is measured next does not pay for what others have written. */
export async function settled(postgresUrl: string): Promise<void> {
  const database = await openPostgresDatabase({ url: postgresUrl, applicationName: "bench" });
  await database.hot.query({ text: "checkpoint" });
  await database.close();
  await sleep(3_000);
}
