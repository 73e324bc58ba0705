/** The run that stands under a key, in one row `u`; the parameters are the key and the time. */
export const standingRunSql = (key: string, now: string) => `
  select u.run_id as id from unique_run u where u.key = ${key} and ${stands(now)}`;

/** Whether the row `u` counts: its run is unfinished, or its time is not over and the run is there still. */
const stands = (now: string) => `
  case when u.until_at is null then exists (select 1 from run_live r where r.id = u.run_id)
  else u.until_at > ${now} and (exists (select 1 from run_live r where r.id = u.run_id)
    or exists (select 1 from run_done d where d.id = u.run_id)) end`;

export const saveUniqueSql = (key: string, id: string, until: string) => `
  insert into unique_run (key, run_id, until_at) values (${key}, ${id}, ${until})
  on conflict (key) do update set run_id = excluded.run_id, until_at = excluded.until_at`;

/** Whoever adds a key takes a few others away that count no more, the next in their order: so the table grows no further than what stands. */
export const dropUniqueSql = (key: string, now: string) => `
  delete from unique_run where key in (
    select u.key from (select * from unique_run where key > ${key} order by key limit 4) u where not (${stands(now)}))`;
