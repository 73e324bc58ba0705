import type { GroupAccounts } from "../../account/group-accounts.ts";
import { isHoldScope, type PauseTarget } from "../../ledger/pause-store.ts";
import type { PeriodicTaskRecord } from "../../ledger/periodic-task-reader.ts";
import { calendarsByName } from "../calendar-names.ts";
import type { CatalogParts } from "../catalog-parts.ts";
import { calendarToDocument } from "./document-calendar.ts";
import { toDocument } from "./document-periodic-task.ts";
import type { DocumentGroup, DocumentPause, ProjectDocument } from "./document-shape.ts";

const AT_ONCE = 200;

export interface ExportSource {
  readonly parts: CatalogParts;
  /** Absent for who may not see them. */
  readonly groups?: GroupAccounts;
}

/** Everything that people have set, in the order of the names, so that two exports of the same differ in nothing. */
export async function exportProject({ parts, groups }: ExportSource): Promise<ProjectDocument> {
  const tasks = await everyPeriodicTask(parts);
  return {
    hyoshi: 1,
    calendars: [...(await calendarsByName(parts.calendars)).values()].map(calendarToDocument),
    groups: groups === undefined ? [] : await everyGroup(groups),
    periodicTasks: tasks.map(toDocument),
    pauses: await everyPause(parts, tasks),
  };
}

async function everyPeriodicTask({ readers, clock }: CatalogParts): Promise<readonly PeriodicTaskRecord[]> {
  const found: PeriodicTaskRecord[] = [];
  let after: string | undefined;
  do {
    const now = clock.now();
    const page = await readers.periodicTasks.list({ sort: "name", limit: AT_ONCE, now, ...(after && { after }) });
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
}

async function everyGroup(groups: GroupAccounts): Promise<readonly DocumentGroup[]> {
  const found: DocumentGroup[] = [];
  for (let after: string | undefined; ; ) {
    const page = await groups.list({ limit: AT_ONCE, ...(after !== undefined && { after }) });
    found.push(...page.map(({ name, permissions }) => ({ name, permissions: [...permissions] })));
    after = page.at(-1)?.name;
    if (page.length < AT_ONCE) return found;
  }
}

async function everyPause(
  { pauses, clock }: CatalogParts,
  tasks: readonly PeriodicTaskRecord[],
): Promise<readonly DocumentPause[]> {
  const found: DocumentPause[] = [];
  let after: string | undefined;
  do {
    const page = await pauses.list({ ended: false, now: clock.now(), limit: AT_ONCE, ...(after && { after }) });
    for (const { reason, untilAt, ...pause } of page.items) {
      const { scope } = pause;
      // What holds back workers belongs to the hosts that they are on.
      if (isHoldScope(scope)) continue;
      const target = targetOf(pause, tasks);
      if (target === undefined) continue;
      found.push({
        scope,
        ...(target !== "" && { target }),
        reason,
        ...(untilAt !== null && { untilAt: new Date(untilAt).toISOString() }),
      });
    }
    after = page.next;
  } while (after !== undefined);
  return found;
}

/** By uid, which is the same in another database; undefined for what is archived. */
function targetOf({ scope, scopeId }: PauseTarget, tasks: readonly PeriodicTaskRecord[]): string | undefined {
  if (scope === "all" || scope === "tag") return scopeId;
  const id = Number(scopeId);
  if (scope === "periodic-task") return tasks.find((task) => task.id === id)?.uid;
  return tasks.flatMap(({ schedules }) => schedules).find((schedule) => schedule.id === id)?.uid;
}
