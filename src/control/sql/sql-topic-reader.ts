import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Instant } from "../../base/clock.ts";
import type { Tables } from "../../database/rows.ts";
import type { TopicReader } from "../topic-reader.ts";

type Part = "firings" | "runs" | "processes" | "announcements" | "changes" | "letters";

/** What the answer of each topic depends on. */
const PARTS: Readonly<Record<string, readonly Part[]>> = {
  "periodic-tasks": ["changes", "firings"],
  schedules: ["changes", "firings"],
  firings: ["firings"],
  runs: ["runs"],
  overview: ["changes", "firings", "runs"],
  tasks: ["announcements", "processes"],
  workers: ["processes"],
  queues: ["runs", "processes"],
  "dead-letters": ["letters"],
  health: ["runs", "processes", "firings"],
  // A run may have changed an app's records.
  models: ["changes", "runs"],
};

/** Runs that are looked at one by one. */
const MOST = 500;

/** Plain SQL on a connection that reads: the same on SQLite and PostgreSQL. */
export class SqlTopicReader implements TopicReader {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async fingerprints(topics: readonly string[], now: Instant): Promise<ReadonlyMap<string, string>> {
    // Many topics share their parts, which are asked for once.
    const parts = new Map<Part, Promise<string>>();
    const part = (name: Part) => {
      const asked = parts.get(name) ?? this.#part(name, now);
      parts.set(name, asked);
      return asked;
    };
    const found = new Map<string, string>();
    for (const topic of topics) {
      const [kind = "", id = ""] = topic.split(/:(.*)/s);
      if (kind === "run") found.set(topic, await this.#run(id));
      else if (kind === "periodic-task") found.set(topic, await this.#periodicTask(id));
      else {
        const names = PARTS[kind === "model" ? "models" : topic] ?? ["changes"];
        const texts: string[] = [];
        for (const name of names) texts.push(await part(name));
        found.set(topic, texts.join("\n"));
      }
    }
    return found;
  }

  #part(name: Part, now: Instant): Promise<string> {
    switch (name) {
      case "firings":
        return this.#text(sql`
          select decided_at, count(*) as n, max(schedule_id) as s, max(through_at) as t from firing
          where decided_at = (select max(decided_at) from firing) group by decided_at`);
      case "runs":
        return this.#runs();
      case "processes":
        return this.#text(sql`
          select id, info, loop_lag / 1000 as lag, case when lease_until >= ${now} then 1 else 0 end as live from process order by id`);
      case "announcements":
        return this.#text(sql`
          select count(*) as n, max(announced_at) as latest, max(process_id) as process from announced_task`);
      case "letters":
        return this.#text(
          sql`select max(id) as id, count(*) as n from (select id from dead_letter order by at desc, id desc limit ${MOST}) as l`,
        );
      case "changes":
        return this.#text(sql`select max(id) as id from change`);
    }
  }

  async #runs(): Promise<string> {
    const texts = [
      await this.#text(sql`select queued_at, id from run_done order by queued_at desc, id desc limit 1`),
      await this.#text(sql`select queued_at, id from run_live order by queued_at desc, id desc limit 1`),
      await this.#text(sql`
        select seq, claim, attempt, progress, cancel_requested_at, process_id from run_live
        where state = 'running' order by process_id limit ${MOST}`),
      await this.#text(sql`
        select count(*) as n, sum(available_at) as a from (
          select available_at from run_live where state = 'scheduled' order by available_at limit ${MOST}) as r`),
      await this.#text(sql`
        select count(*) as n, min(seq) as s from (
          select seq from run_live where state = 'ready' order by queue, priority desc, seq limit ${MOST}) as r`),
      await this.#text(sql`
        select count(*) as n, min(seq) as s from (
          select seq from run_live where state = 'unpublished' order by seq limit ${MOST}) as r`),
      await this.#text(sql`
        select run_id, ended_at from periodic_task_outcome where state in ('failed', 'lost') limit ${MOST}`),
    ];
    return texts.join("\n");
  }

  async #run(id: string): Promise<string> {
    const texts = [
      await this.#text(sql`
        select state, claim, attempt, retries, process_id, progress, cancel_requested_at, available_at from run_live where id = ${id}`),
      await this.#text(sql`select state, ended_at from run_done where id = ${id}`),
      await this.#text(sql`select max(chunk) as chunk from run_log where run_id = ${id}`),
      await this.#text(
        sql`select count(*) as n from (select 1 as one from attempt where run_id = ${id} limit ${MOST}) as a`,
      ),
    ];
    return texts.join("\n");
  }

  async #periodicTask(text: string): Promise<string> {
    const id = Number(text);
    if (!Number.isSafeInteger(id)) return "";
    const texts = [
      await this.#text(
        sql`select max(id) as id from change where resource = 'periodic-task' and resource_id = ${String(id)}`,
      ),
      await this.#text(sql`
        select c.schedule_id, c.next_at, c.accounted_to, c.error from schedule as s cross join schedule_cursor as c
        where s.periodic_task_id = ${id} and c.schedule_id = s.id`),
      await this.#text(sql`select run_id, ended_at from periodic_task_outcome where periodic_task_id = ${id}`),
      await this.#text(sql`
        select seq, state, claim, attempt, progress from run_live where periodic_task_id = ${id} order by queued_at desc limit 50`),
    ];
    return texts.join("\n");
  }

  async #text(query: RawBuilder<unknown>): Promise<string> {
    return JSON.stringify((await query.execute(this.#db)).rows);
  }
}
