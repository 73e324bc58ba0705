import type { Database } from "better-sqlite3";

export interface SeededSchedule {
  readonly definition: object;
  readonly nextAt: number;
}

/** Writes periodic tasks with one schedule each by plain statements, as the catalog would leave them. */
export function seedPeriodicTasks(
  db: Database,
  count: number,
  schedule: (index: number) => SeededSchedule,
  task = "app.noop",
): void {
  const insertTask =
    db.prepare(`insert into periodic_task (uid, name, task, input, options, tags, description, enabled, created_at, updated_at, version)
    values (?, ?, ?, '{"args":[],"kwargs":{}}', '{"overlap":"allow"}', '[]', '', 1, ?, ?, 1)`);
  const insertSchedule =
    db.prepare(`insert into schedule (uid, periodic_task_id, name, definition, zone, misfire, enabled, version)
    values (?, ?, '', ?, 'UTC', 'latest', 1, 1)`);
  const insertRevision = db.prepare(
    "insert into schedule_revision (schedule_id, version, definition, zone, from_at, tz_version) values (?, 1, ?, 'UTC', ?, 'bench')",
  );
  const insertCursor = db.prepare("insert into schedule_cursor values (?, 1, ?, ?, ?, null)");
  const now = Date.now();
  db.transaction(() => {
    for (let index = 0; index < count; index += 1) {
      const { definition, nextAt } = schedule(index);
      const text = JSON.stringify(definition);
      const name = `bench ${String(index).padStart(7, "0")}`;
      const taskId = insertTask.run(`bench-task-${index}`, name, task, now, now).lastInsertRowid;
      const scheduleId = insertSchedule.run(`bench-schedule-${index}`, taskId, text).lastInsertRowid;
      insertRevision.run(scheduleId, text, now);
      insertCursor.run(scheduleId, nextAt, now, now);
    }
  })();
}
