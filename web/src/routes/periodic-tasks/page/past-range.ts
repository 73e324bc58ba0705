export type PastRange = "yesterday" | "sevenDays" | "lastWeek" | "lastMonth";

const dayMs = 86_400_000;
const date = (at: number): string => new Date(at).toISOString().slice(0, 10);

/**
 * A stretch of days that are over, as date and time fields hold it, both ends included: `lastWeek` from Monday to Sunday, `lastMonth`
 * the whole one. `today` is the day as the zone's clock shows it, `YYYY-MM-DD`.
 */
export function pastRange(range: PastRange, today: string): { from: string; to: string } {
  const now = Date.parse(`${today}T00:00Z`);
  const days = (first: number, last: number) => ({ from: `${date(first)}T00:00`, to: `${date(last)}T23:59:59` });
  switch (range) {
    case "yesterday":
      return days(now - dayMs, now - dayMs);
    case "sevenDays":
      return days(now - 7 * dayMs, now - dayMs);
    case "lastWeek": {
      const monday = now - ((new Date(now).getUTCDay() + 6) % 7) * dayMs;
      return days(monday - 7 * dayMs, monday - dayMs);
    }
    case "lastMonth": {
      const [year = 0, month = 1] = today.split("-").map(Number);
      return days(Date.UTC(year, month - 2, 1), Date.UTC(year, month - 1, 0));
    }
  }
}
