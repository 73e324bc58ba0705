import type { Calendar, CalendarStore } from "../ledger/calendar-store.ts";

const AT_ONCE = 200;

/** Every calendar that is not archived, by its name. */
export async function calendarsByName(store: CalendarStore): Promise<ReadonlyMap<string, Calendar>> {
  const found = new Map<string, Calendar>();
  let after: string | undefined;
  do {
    const page = await store.list({ archived: false, limit: AT_ONCE, ...(after !== undefined && { after }) });
    for (const calendar of page.items) found.set(calendar.name, calendar);
    after = page.next;
  } while (after !== undefined);
  return found;
}
