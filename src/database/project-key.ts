import type { Kysely } from "kysely";
import type { Random } from "../base/random.ts";
import type { Tables } from "./rows.ts";

const NAME = "messages";
const BYTES = 32;

/** The key with which the project's processes sign what they say to each other over a broker: made by the first that needs it, and kept. */
export async function projectKey(db: Kysely<Tables>, random: Random): Promise<string> {
  const read = () => db.selectFrom("project_key").select("value").where("name", "=", NAME).executeTakeFirst();
  const found = await read();
  if (found !== undefined) return found.value;
  const value = Buffer.from(random.bytes(BYTES)).toString("base64url");
  await db
    .insertInto("project_key")
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute();
  return (await read())?.value ?? value;
}
