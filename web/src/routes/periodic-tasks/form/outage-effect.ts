/** Nominal times of one schedule in a stretch of time. */
export interface LateTimes {
  count: number;
  first: number;
  last: number;
}

export interface MisfirePolicy {
  misfire: "skip" | "latest" | "all";
  /** With `all`, the most that are sent; null: 1,000. */
  cap: number | null;
}

export interface OutageEffect {
  sent: number;
  /** The nominal time of the oldest that is sent; undefined where a cap cuts in the middle of the times, or none is sent. */
  oldestSent: number | undefined;
  newestSent: number | undefined;
  /** What is not sent, by the reason that the ledger gives. */
  missed: Readonly<Record<"late" | "superseded" | "window" | "cap", number>>;
}

/** Without one of its own, a schedule that catches up sends so many at once. */
const defaultCap = 1_000;
const nothing = { late: 0, superseded: 0, window: 0, cap: 0 };

/** What the misfire rule does with the times that a beat finds late. `recent` are those within the catch-up window. */
export function outageEffect(
  late: LateTimes | undefined,
  recent: LateTimes | undefined,
  { misfire, cap }: MisfirePolicy,
): OutageEffect {
  const none = { sent: 0, oldestSent: undefined, newestSent: undefined };
  if (!late) return { ...none, missed: nothing };
  if (misfire === "skip") return { ...none, missed: { ...nothing, late: late.count } };
  if (misfire === "latest") {
    const missed = { ...nothing, superseded: late.count - 1 };
    return { sent: 1, oldestSent: late.last, newestSent: late.last, missed };
  }
  const window = late.count - (recent?.count ?? 0);
  if (!recent) return { ...none, missed: { ...nothing, window } };
  const sent = Math.min(recent.count, cap ?? defaultCap);
  const oldestSent = sent === recent.count ? recent.first : sent === 1 ? recent.last : undefined;
  return { sent, oldestSent, newestSent: recent.last, missed: { ...nothing, window, cap: recent.count - sent } };
}

/** Lengths of an outage that one can ask about. */
export const outageLengths = [
  600_000, 3_600_000, 10_800_000, 43_200_000, 86_400_000, 259_200_000, 604_800_000, 2_678_400_000,
];

/** So many times are listed one by one. */
const mostListed = 1_000;

/**
 * An outage that tells something about these coming times: on the hour before the first, and the shortest that covers two of them,
 * from three hours on, or less where they are too many to be listed; three hours where there is but one.
 */
export function tellingOutage(
  times: readonly number[],
  zoneOffsetMs = 0,
): { from: number; lengthMs: number } | undefined {
  const [first, second] = times;
  if (first === undefined) return undefined;
  const hour = 3_600_000;
  const onTheHour = Math.floor((first + zoneOffsetMs) / hour) * hour - zoneOffsetMs;
  const from = first - onTheHour < 60_000 ? onTheHour - hour : onTheHour;
  const last = second ?? first;
  const tooLong = (last - first) * mostListed;
  const lengthMs =
    last > first && tooLong < 3 * hour
      ? outageLengths.findLast((length) => length < tooLong)
      : outageLengths.find((length) => length >= 3 * hour && last < from + length);
  return { from, lengthMs: lengthMs ?? 3 * hour };
}
