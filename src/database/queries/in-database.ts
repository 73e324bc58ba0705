import type { Carriage } from "../../run/arrival.ts";

/** The database is the broker. */
export const inDatabase: Carriage = { arrival: "ready", reports: "linked" };
