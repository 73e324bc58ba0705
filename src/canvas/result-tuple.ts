import type { Json } from "../base/json.ts";

/** A result as Celery writes it into records: `[[id, parent], null]`, where the parent is a result itself, or null. */
export const taskTuple = (id: string, parent: Json): Json => [[id, parent], null];

/** `[[id, parent], [member, …]]` */
export const groupTuple = (id: string, parent: Json, members: readonly Json[]): Json => [[id, parent], members];
