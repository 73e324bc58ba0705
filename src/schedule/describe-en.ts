import type { DayRule, WeekdayRule } from "./crontab-days.ts";
import {
  type DateShape,
  isRuled,
  type Listing,
  type Pattern,
  type Range,
  type TimeOfDay,
  type TimeShape,
} from "./crontab-shape.ts";
import type { SolarEvent } from "./solar.ts";
import type { Reading, Wording } from "./wording.ts";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const NTH = ["first", "second", "third", "fourth", "fifth"];
const EVENTS: Record<SolarEvent, string> = {
  dawn_astronomical: "astronomical dawn",
  dawn_nautical: "nautical dawn",
  dawn_civil: "civil dawn",
  sunrise: "sunrise",
  solar_noon: "solar noon",
  sunset: "sunset",
  dusk_civil: "civil dusk",
  dusk_nautical: "nautical dusk",
  dusk_astronomical: "astronomical dusk",
};

/** How English tells a schedule. */
export const english: Wording = {
  interval({ every, period, anchor }) {
    const unit = period.slice(0, -1);
    const rhythm = every === 1 ? `Every ${unit}` : `Every ${every} ${period}`;
    if (anchor === undefined) return rhythm;
    const at = `at ${timeOf(anchor)}`;
    if (period === "weeks") {
      const weekday = nameOf(WEEKDAYS, anchor.weekday);
      return every === 1 ? `Every ${weekday} ${at}` : `${rhythm} on ${weekday} ${at}`;
    }
    if (period !== "months") return `${rhythm} ${at}`;
    const lastDay = anchor.day > 28 ? " (or the month's last day)" : "";
    return `${rhythm} on the ${ordinal(anchor.day)}${lastDay} ${at}`;
  },

  crontab(times, dates) {
    if (times.kind === "times") return `${leadingDates(dates)} at ${join(times.times.map(timeOf))}`;
    return `${rhythmOf(times)}${trailingDates(dates)}`;
  },

  solar(event, latitude, longitude) {
    const north = `${degrees(latitude)} ${latitude < 0 ? "S" : "N"}`;
    const east = `${degrees(longitude)} ${longitude < 0 ? "W" : "E"}`;
    return `At ${EVENTS[event]} in ${north}, ${east}`;
  },

  clocked: (at) => `Once on ${dateOf(at)} at ${timeOf(at)}`,

  hashed: (sentence, isSettled) =>
    isSettled
      ? `${sentence} (H is this schedule's own value)`
      : `${sentence}, for example (H is a value of each schedule's own)`,

  offsetChange(first, consequence) {
    if (consequence.kind === "moved" || consequence.kind === "skipped") {
      const leftOut = `On ${dateOf(first)} the clock is set forward and leaves out ${timeOf(first)}`;
      if (consequence.kind === "skipped") return `${leftOut}: it is skipped`;
      const day = dateOf(consequence.to) === dateOf(first) ? "" : ` on ${dateOf(consequence.to)}`;
      return `${leftOut}: it happens at ${timeOf(consequence.to)}${day}`;
    }
    const when = consequence.kind === "both" ? "both times" : `the ${consequence.kind} time only`;
    return `On ${dateOf(first)} the clock is set back and reads ${timeOf(first)} twice: it happens ${when}`;
  },

  clockRules({ gap, fold }) {
    if (gap === "ignore" && fold === "both") {
      return "When the clock is set forward or back it goes on evenly: nothing is left out, and nothing comes twice";
    }
    const gaps = {
      after: "a time that is left out happens right after the gap",
      skip: "a time that is left out is skipped",
      ignore: "the gap is passed over",
    };
    const folds = { first: "the first time", second: "the second time", both: "both times" };
    return `When the clock is set forward, ${gaps[gap]}; when it is set back, a repeated time happens ${folds[fold]}`;
  },

  calendar(rule, name) {
    const days = name === undefined ? "On closed days" : `On the closed days of ${name}`;
    if (rule === "skip") return `${days} it does not happen`;
    return `${days} it is moved to the business day ${rule === "next" ? "after" : "before"}, at the same time of day`;
  },

  bounds(from, until) {
    const at = (reading: Reading) => `${dateOf(reading)} at ${timeOf(reading)}`;
    if (from === undefined) return until === undefined ? "" : `Until ${at(until)}`;
    return until === undefined ? `From ${at(from)}` : `From ${at(from)} until ${at(until)}`;
  },

  withZone: (sentence, zone) => `${sentence} (${placeOf(zone)})`,
};

function rhythmOf(times: Exclude<TimeShape, { kind: "times" }>): string {
  const { hours } = times;
  if (times.kind === "hourly") return hourly(times.minute, hours);
  if (times.kind === "steady") {
    const every = times.step === 1 ? "Every minute" : `Every ${times.step} minutes`;
    if (hours.kind === "all") return every;
    if (hours.kind === "steps") {
      const { step, from, to } = hours.steps;
      return `${every} in every ${ordinal(step)} hour from ${clock(from, 0)} to ${clock(to, 59)}`;
    }
    return `${every} ${join(hours.ranges.map(({ from, to }) => `from ${clock(from, 0)} to ${clock(to, 59)}`))}`;
  }
  const { minutes } = times;
  if (minutes.kind === "steps") {
    const { step, from, to } = minutes.steps;
    return `Every ${step} minutes from minute ${from} to ${to} of ${hoursOf(hours)}`;
  }
  const ranges = minutes.kind === "ranges" ? minutes.ranges : [];
  const [range] = ranges;
  if (range !== undefined && ranges.length === 1) {
    return `Every minute from minute ${range.from} to ${range.to} of ${hoursOf(hours)}`;
  }
  return `At ${join(ranges.flatMap((part) => told(part, String)))} minutes past ${hoursOf(hours)}`;
}

function hourly(minute: number, hours: Pattern): string {
  if (hours.kind === "all") return minute === 0 ? "Every hour" : `At ${minute} minute${plural(minute)} past every hour`;
  if (hours.kind === "steps") {
    const { step, from, to } = hours.steps;
    const allDay = minute === 0 && from === 0 && to + step === 24;
    return `Every ${step} hours${allDay ? "" : ` from ${clock(from, minute)} to ${clock(to, minute)}`}`;
  }
  const parts = hours.ranges.map(({ from, to }) =>
    from === to ? `at ${clock(from, minute)}` : `from ${clock(from, minute)} to ${clock(to, minute)}`,
  );
  return `Every hour ${join(parts)}`;
}

function hoursOf(hours: Pattern): string {
  if (hours.kind === "all") return "every hour";
  const two = (hour: number) => String(hour).padStart(2, "0");
  if (hours.kind === "steps") {
    const { step, from, to } = hours.steps;
    return `every ${ordinal(step)} hour from ${two(from)} to ${two(to)}`;
  }
  const parts = hours.ranges.flatMap((range) => told(range, two));
  return hours.ranges.length === 1 && parts.length === 1 && !parts[0]?.includes(" ")
    ? `hour ${parts[0]}`
    : `hours ${join(parts)}`;
}

/** The dates at the head of a sentence, before the times. */
function leadingDates(dates: DateShape): string {
  const { weekdays, months, days, nth } = dates;
  if (days !== undefined || nth !== undefined || isRuled(dates)) {
    return capital(onDays(dates).replace(/^on every/, "every"));
  }
  const within = months === undefined ? "" : ` ${inMonths(months)}`;
  if (weekdays === undefined) return `Every day${within}`;
  const group = groupOf(weekdays);
  if (group !== undefined) return `${capital(group)}${within}`;
  if (weekdays.kind === "range") return `${rangeOf(weekdays.range, WEEKDAYS)}${within}`;
  if (weekdays.kind === "except") return `Every day except ${nameOf(WEEKDAYS, weekdays.value)}${within}`;
  return `Every ${join(weekdays.values.map((value) => nameOf(WEEKDAYS, value)))}${within}`;
}

/** The dates at the end of a sentence, after the rhythm. */
function trailingDates(dates: DateShape): string {
  const { weekdays, months, days, nth } = dates;
  if (days !== undefined || nth !== undefined || isRuled(dates)) return ` ${onDays(dates)}`;
  const within = months === undefined ? "" : `${months.kind === "range" ? "," : ""} ${inMonths(months)}`;
  if (weekdays === undefined) return within;
  if (weekdays.kind === "list" || groupOf(weekdays) !== undefined) return ` on ${weekdaysOf(weekdays)}${within}`;
  return `, ${weekdays.kind === "range" ? rangeOf(weekdays.range, WEEKDAYS) : weekdaysOf(weekdays)}${within}`;
}

/** `on the 1st of each month`, `on Friday the 13th`, `on Mondays that fall on the 1st to 10th of each month`. */
function onDays(dates: DateShape): string {
  const { weekdays, months, days, nth } = dates;
  if (isRuled(dates)) return onRuledDays(dates);
  const ofMonths = months === undefined ? "of each month" : `of ${monthsOf(months)}`;
  const single = singleOf(weekdays);
  if (nth !== undefined && single !== undefined) {
    return `on the ${NTH[nth - 1]} ${nameOf(WEEKDAYS, single)} ${ofMonths}`;
  }
  const day = days?.kind === "ranges" && days.ranges.length === 1 ? singleDay(days.ranges) : undefined;
  if (weekdays !== undefined) {
    if (day !== undefined && single !== undefined) {
      const within = months === undefined ? "" : ` ${inMonths(months)}`;
      return `on ${nameOf(WEEKDAYS, single)} the ${ordinal(day)}${within}`;
    }
    return `on ${weekdaysOf(weekdays)} that fall on ${daysOf(days, "or")} ${ofMonths}`;
  }
  const month = singleOf(months);
  if (day !== undefined && month !== undefined) {
    const leap = day === 29 && month === 2 ? " in leap years" : " each year";
    return `on ${nameOf(MONTHS, month)} ${day}${leap}`;
  }
  return `on ${daysOf(days)} ${ofMonths}${day !== undefined && day > 28 && months === undefined ? " that has one" : ""}`;
}

/** `on the last day of each month`, `on the second Friday of May`, `on the 13th of each month and on Fridays`. */
function onRuledDays({ weekdays, weekdayRules = [], months, days, dayRules = [], either }: DateShape): string {
  const ofMonths = months === undefined ? "of each month" : `of ${monthsOf(months)}`;
  const isWeekdayFree = weekdays === undefined && weekdayRules.length === 0;
  const plain = weekdays === undefined ? [] : [weekdaysOf(weekdays)];
  const ruled = weekdayRules.map(toldWeekday);
  const toldDays = (conjunction: "and" | "or") =>
    join([...(days === undefined ? [] : [daysOf(days, conjunction)]), ...dayRules.map(toldDay)], conjunction);
  if (isWeekdayFree) return `on ${toldDays("and")} ${ofMonths}`;
  if (either === true) {
    const inThose = months === undefined ? "" : ` ${inMonths(months)}`;
    const onWeekdays = plain.map((text) => `${text}${inThose}`);
    return `on ${toldDays("and")} ${ofMonths} and on ${join([...onWeekdays, ...ruled.map((text) => `${text} ${ofMonths}`)])}`;
  }
  if (days === undefined && dayRules.length === 0) {
    return `on ${join([...plain, ...ruled])} ${ofMonths}`;
  }
  const isOne = plain.length === 0 && ruled.length === 1;
  return `on ${join([...plain, ...ruled])} that ${isOne ? "falls" : "fall"} on ${toldDays("or")} ${ofMonths}`;
}

function toldDay(rule: DayRule): string {
  if (rule.kind === "last") {
    if (rule.before === 0) return "the last day";
    return rule.before === 1 ? "the day before the last" : `the ${ordinal(rule.before)} day before the last`;
  }
  return rule.day === "last" ? "the last weekday" : `the weekday nearest the ${ordinal(rule.day)}`;
}

function toldWeekday({ weekday, nth }: WeekdayRule): string {
  return `the ${nth === "last" ? nth : NTH[nth - 1]} ${nameOf(WEEKDAYS, weekday === 0 ? 7 : weekday)}`;
}

function daysOf(days: Pattern | undefined, conjunction: "and" | "or" = "and"): string {
  if (days?.kind === "steps") {
    const { step, from, to } = days.steps;
    if (step === 2 && from === 1 && to === 31) return "odd days";
    if (step === 2 && from === 2 && to === 30) return "even days";
    return `every ${ordinal(step)} day from the ${ordinal(from)} to the ${ordinal(to)}`;
  }
  const ranges = days?.kind === "ranges" ? days.ranges : [];
  return `the ${join(
    ranges.flatMap((range) => told(range, ordinal)),
    conjunction,
  )}`;
}

/** `weekdays`, `Mondays and Fridays`, `days from Monday to Thursday`. */
function weekdaysOf(weekdays: Listing): string {
  const group = groupOf(weekdays);
  if (group !== undefined) return group;
  if (weekdays.kind === "range") return `days from ${rangeOf(weekdays.range, WEEKDAYS)}`;
  if (weekdays.kind === "except") return `all days except ${nameOf(WEEKDAYS, weekdays.value)}s`;
  return join(weekdays.values.map((value) => `${nameOf(WEEKDAYS, value)}s`));
}

function groupOf(weekdays: Listing): string | undefined {
  if (weekdays.kind === "range" && weekdays.range.from === 1 && weekdays.range.to === 5) return "weekdays";
  return weekdays.kind === "list" && weekdays.values.join() === "6,7" ? "weekends" : undefined;
}

function monthsOf(months: Listing): string {
  if (months.kind === "range") return rangeOf(months.range, MONTHS);
  if (months.kind === "except") return `every month except ${nameOf(MONTHS, months.value)}`;
  return join(months.values.map((value) => nameOf(MONTHS, value)));
}

function inMonths(months: Listing): string {
  return `${months.kind === "range" ? "from" : "in"} ${monthsOf(months)}`;
}

function singleOf(listing: Listing | undefined): number | undefined {
  return listing?.kind === "list" && listing.values.length === 1 ? listing.values[0] : undefined;
}

function singleDay([range]: readonly Range[]): number | undefined {
  return range !== undefined && range.from === range.to ? range.from : undefined;
}

/** A range in words; one of two values is told as two. */
function told({ from, to }: Range, tell: (value: number) => string): string[] {
  if (from === to) return [tell(from)];
  return to === from + 1 ? [tell(from), tell(to)] : [`${tell(from)} to ${tell(to)}`];
}

function rangeOf({ from, to }: Range, names: readonly string[]): string {
  return `${nameOf(names, from)} to ${nameOf(names, to)}`;
}

function nameOf(names: readonly string[], value: number): string {
  return names[value - 1] ?? String(value);
}

function timeOf({ hour, minute, second = 0 }: TimeOfDay & { second?: number }): string {
  return second === 0 ? clock(hour, minute) : `${clock(hour, minute)}:${String(second).padStart(2, "0")}`;
}

function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

function dateOf({ year, month, day }: Reading): string {
  return `${nameOf(MONTHS, month)} ${day}, ${year}`;
}

function ordinal(value: number): string {
  const teen = value % 100 > 10 && value % 100 < 14;
  return `${value}${teen ? "th" : (["th", "st", "nd", "rd"][value % 10] ?? "th")}`;
}

function degrees(value: number): string {
  return `${Number(Math.abs(value).toFixed(4))}°`;
}

/** `Asia/Tokyo` is Tokyo to a reader; names without a place stay whole. */
function placeOf(zone: string): string {
  return zone.startsWith("Etc/") ? zone.slice(4) : zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
}

function join(parts: readonly string[], conjunction: "and" | "or" = "and"): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} ${conjunction} ${parts.at(-1)}`;
}

function plural(count: number): string {
  return count === 1 ? "" : "s";
}

function capital(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1);
}
