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

const WEEKDAYS = "月曜 火曜 水曜 木曜 金曜 土曜 日曜".split(" ");
const EVENTS: Record<SolarEvent, string> = {
  dawn_astronomical: "天文薄明の始まり",
  dawn_nautical: "航海薄明の始まり",
  dawn_civil: "市民薄明の始まり",
  sunrise: "日の出",
  solar_noon: "太陽の正中",
  sunset: "日の入り",
  dusk_civil: "市民薄明の終わり",
  dusk_nautical: "航海薄明の終わり",
  dusk_astronomical: "天文薄明の終わり",
};

/** Places as Japanese writes them; the others keep the name of the tz database. */
const PLACES: Readonly<Record<string, string>> = {
  "America/Chicago": "シカゴ",
  "America/Denver": "デンバー",
  "America/Los_Angeles": "ロサンゼルス",
  "America/Mexico_City": "メキシコシティ",
  "America/New_York": "ニューヨーク",
  "America/Sao_Paulo": "サンパウロ",
  "America/Toronto": "トロント",
  "America/Vancouver": "バンクーバー",
  "Asia/Bangkok": "バンコク",
  "Asia/Calcutta": "コルカタ",
  "Asia/Dubai": "ドバイ",
  "Asia/Ho_Chi_Minh": "ホーチミン",
  "Asia/Hong_Kong": "香港",
  "Asia/Jakarta": "ジャカルタ",
  "Asia/Kolkata": "コルカタ",
  "Asia/Kuala_Lumpur": "クアラルンプール",
  "Asia/Manila": "マニラ",
  "Asia/Saigon": "ホーチミン",
  "Asia/Seoul": "ソウル",
  "Asia/Shanghai": "上海",
  "Asia/Singapore": "シンガポール",
  "Asia/Taipei": "台北",
  "Asia/Tokyo": "東京",
  "Australia/Melbourne": "メルボルン",
  "Australia/Sydney": "シドニー",
  "Europe/Amsterdam": "アムステルダム",
  "Europe/Berlin": "ベルリン",
  "Europe/London": "ロンドン",
  "Europe/Madrid": "マドリード",
  "Europe/Moscow": "モスクワ",
  "Europe/Paris": "パリ",
  "Europe/Rome": "ローマ",
  "Europe/Zurich": "チューリッヒ",
  "Pacific/Auckland": "オークランド",
  "Pacific/Honolulu": "ホノルル",
};

/** How Japanese tells a schedule. */
export const japanese: Wording = {
  interval({ every, period, anchor }) {
    if (anchor === undefined) {
      return `${every}${period === "seconds" ? "秒" : period === "minutes" ? "分" : "時間"}ごと`;
    }
    return `${longRhythm(every, period, anchor)} ${timeOf(anchor)}`;
  },

  crontab(times, dates) {
    if (times.kind === "times") return `${datesOf(dates) || "毎日"} ${times.times.map(timeOf).join("、")}`;
    return rhythmOf(times, datesOf(dates));
  },

  solar(event, latitude, longitude) {
    const north = `${latitude < 0 ? "南緯" : "北緯"}${degrees(latitude)}`;
    const east = `${longitude < 0 ? "西経" : "東経"}${degrees(longitude)}`;
    return `${EVENTS[event]}の時刻（${north}、${east}）`;
  },

  clocked: (at) => `${dateOf(at)} ${timeOf(at)} に1回`,

  hashed: (sentence, isSettled) =>
    isSettled ? `${sentence}（H はこのスケジュール固有の値）` : `例: ${sentence}（H はスケジュールごとに決まる値）`,

  offsetChange(first, consequence) {
    if (consequence.kind === "moved" || consequence.kind === "skipped") {
      const leftOut = `${dateOf(first)}は時計が進み、${timeOf(first)}がありません。`;
      if (consequence.kind === "skipped") return `${leftOut}この回は実行しません`;
      const day = dateOf(consequence.to) === dateOf(first) ? "" : dateOf(consequence.to);
      return `${leftOut}${day}${timeOf(consequence.to)}に実行します`;
    }
    const when = { first: "1回目にだけ", second: "2回目にだけ", both: "2回とも" }[consequence.kind];
    return `${dateOf(first)}は時計が戻り、${timeOf(first)}が2回あります。${when}実行します`;
  },

  clockRules({ gap, fold }) {
    if (gap === "ignore" && fold === "both") return "時計が進んでも戻っても、抜けも重なりもなく等間隔で実行します";
    const gaps = {
      after: "なくなる時刻の分は直後に実行します",
      skip: "なくなる時刻の分は実行しません",
      ignore: "なくなる時間帯は飛ばします",
    };
    const folds = { first: "1回目に", second: "2回目に", both: "2回とも" };
    return `時計が進むとき、${gaps[gap]}。時計が戻るとき、2回ある時刻は${folds[fold]}実行します`;
  },

  calendar(rule, name) {
    const days = name === undefined ? "休業日" : `「${name}」の休業日`;
    if (rule === "skip") return `${days}には実行しません`;
    return `${days}に当たる回は${rule === "next" ? "翌営業日" : "前営業日"}の同じ時刻に移します`;
  },

  bounds(from, until) {
    const at = (reading: Reading) => `${dateOf(reading)} ${timeOf(reading)}`;
    if (from === undefined) return until === undefined ? "" : `${at(until)} まで`;
    return until === undefined ? `${at(from)} から` : `${at(from)} から ${at(until)} まで`;
  },

  withZone: (sentence, zone) => `${sentence}（${placeOf(zone)}）`,
};

function longRhythm(every: number, period: string, { weekday, day }: Reading): string {
  if (period === "days") return every === 1 ? "毎日" : `${every}日ごと`;
  const weekdayName = WEEKDAYS[weekday - 1] ?? "";
  if (period === "weeks") return every === 1 ? `毎週${weekdayName}` : `${every}週間ごとの${weekdayName}`;
  const lastDay = day > 28 ? "（ない月は末日）" : "";
  return every === 1 ? `毎月${day}日${lastDay}` : `${every}か月ごとの${day}日${lastDay}`;
}

function rhythmOf(times: Exclude<TimeShape, { kind: "times" }>, dates: string): string {
  const { hours } = times;
  const onDates = dates === "" ? "" : `${dates} `;
  if (times.kind === "hourly") return `${onDates}${hourly(times.minute, hours)}`;
  if (times.kind === "steady") {
    const every = `${times.step}分ごと`;
    if (hours.kind === "all") return dates === "" ? every : `${dates}、${every}`;
    if (hours.kind === "steps") return `${onDates}${hoursOf(hours)}、${every}`;
    return `${onDates}${hours.ranges.map(({ from, to }) => `${clock(from, 0)}〜${clock(to, 59)}`).join("・")}、${every}`;
  }
  const { minutes } = times;
  const within = hours.kind === "all" ? "毎時" : `${hoursOf(hours)}の`;
  if (minutes.kind === "steps") {
    const { step, from, to } = minutes.steps;
    return `${onDates}${within}${from}分〜${to}分、${step}分ごと`;
  }
  const ranges = minutes.kind === "ranges" ? minutes.ranges : [];
  const [range] = ranges;
  if (range !== undefined && ranges.length === 1) return `${onDates}${within}${range.from}分〜${range.to}分、1分ごと`;
  return `${onDates}${within}${ranges.flatMap((part) => told(part, (value) => `${value}分`)).join("・")}`;
}

function hourly(minute: number, hours: Pattern): string {
  if (hours.kind === "all") return `毎時${minute}分`;
  if (hours.kind === "steps") {
    const { step, from, to } = hours.steps;
    const allDay = minute === 0 && from === 0 && to + step === 24;
    return `${allDay ? "" : `${clock(from, minute)}〜${clock(to, minute)}、`}${step}時間ごと`;
  }
  const parts = hours.ranges.map(({ from, to }) =>
    from === to ? clock(from, minute) : `${clock(from, minute)}〜${clock(to, minute)}`,
  );
  return `${parts.join("・")}、1時間ごと`;
}

/** The hours as spans of sixty minutes: `9〜17時台`. */
function hoursOf(hours: Pattern): string {
  if (hours.kind === "steps") {
    const { step, from, to } = hours.steps;
    const values = Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);
    return `${values.join("・")}時台`;
  }
  const ranges = hours.kind === "ranges" ? hours.ranges : [];
  return `${ranges.flatMap((range) => told(range, String)).join("・")}時台`;
}

/** The dates; empty when any will do. */
function datesOf(dates: DateShape): string {
  const { weekdays, months, days, nth } = dates;
  if (isRuled(dates)) return ruledDatesOf(dates);
  if (nth !== undefined) return `${ofMonths(months)}第${nth}${weekdays === undefined ? "" : weekdaysOf(weekdays)}`;
  if (days === undefined) {
    if (weekdays === undefined) return months === undefined ? "" : `${monthsOf(months)}の毎日`;
    const onWeekdays = weekdays.kind === "except" ? `${weekdaysOf(weekdays)}の毎日` : `毎週${weekdaysOf(weekdays)}`;
    return months === undefined ? onWeekdays : `${monthsOf(months)}の${onWeekdays}`;
  }
  const day = days.kind === "ranges" && days.ranges.length === 1 ? singleDay(days.ranges) : undefined;
  if (weekdays !== undefined) {
    const weekday = singleOf(weekdays);
    if (day !== undefined && weekday !== undefined) {
      return `${months === undefined ? "" : `${monthsOf(months)}の`}${day}日の${WEEKDAYS[weekday - 1]}日`;
    }
    return `${ofMonths(months)}${daysOf(days)}で${weekdaysOf(weekdays)}に当たる日`;
  }
  const month = singleOf(months);
  if (day !== undefined && month !== undefined) {
    return `毎年${month}月${day}日${day === 29 && month === 2 ? "（うるう年のみ）" : ""}`;
  }
  return `${ofMonths(months)}${daysOf(days)}${day !== undefined && day > 28 && months === undefined ? "（ない月は除く）" : ""}`;
}

/** `毎月末日`, `毎年5月の第2金曜`, `毎月13日と毎週金曜`. */
function ruledDatesOf({ weekdays, weekdayRules = [], months, days, dayRules = [], either }: DateShape): string {
  const toldDays = [...(days === undefined ? [] : [daysOf(days)]), ...dayRules.map(toldDay)].join("・");
  const ruled = weekdayRules.map(toldWeekday).join("・");
  if (either !== true) {
    if (weekdays === undefined && ruled === "") return `${ofMonths(months)}${toldDays}`;
    const both = [...(weekdays === undefined ? [] : [weekdaysOf(weekdays)]), ...(ruled === "" ? [] : [ruled])];
    if (toldDays !== "") return `${ofMonths(months)}${toldDays}で${both.join("・")}に当たる日`;
    if (weekdays === undefined) return `${ofMonths(months)}${ruled}`;
  }
  const parts = [
    ...(toldDays === "" ? [] : [toldDays]),
    ...(weekdays === undefined
      ? []
      : [weekdays.kind === "except" ? `${weekdaysOf(weekdays)}の毎日` : `毎週${weekdaysOf(weekdays)}`]),
    ...(ruled === "" ? [] : [ruled]),
  ];
  if (months !== undefined) return `毎年${monthsOf(months)}の、${parts.join("と")}`;
  return parts.map((part) => (part === toldDays || part === ruled ? `毎月${part}` : part)).join("と");
}

function toldDay(rule: DayRule): string {
  if (rule.kind === "last") return rule.before === 0 ? "末日" : `末日の${rule.before}日前`;
  return rule.day === "last" ? "最終平日" : `${rule.day}日に最も近い平日`;
}

function toldWeekday({ weekday, nth }: WeekdayRule): string {
  return `${nth === "last" ? "最終" : `第${nth}`}${WEEKDAYS[weekday === 0 ? 6 : weekday - 1]}`;
}

function ofMonths(months: Listing | undefined): string {
  return months === undefined ? "毎月" : `毎年${monthsOf(months)}の`;
}

function daysOf(days: Pattern): string {
  if (days.kind === "steps") {
    const { step, from, to } = days.steps;
    if (step === 2 && from === 1 && to === 31) return "奇数日";
    if (step === 2 && from === 2 && to === 30) return "偶数日";
    return `${from}日〜${to}日の${step}日ごと`;
  }
  const ranges = days.kind === "ranges" ? days.ranges : [];
  return ranges.flatMap((range) => told(range, (value) => `${value}日`)).join("・");
}

function weekdaysOf(weekdays: Listing): string {
  const nameOf = (value: number) => WEEKDAYS[value - 1] ?? "";
  if (weekdays.kind === "range") return `${nameOf(weekdays.range.from)}〜${nameOf(weekdays.range.to)}`;
  if (weekdays.kind === "except") return `${nameOf(weekdays.value)}以外`;
  return weekdays.values.map(nameOf).join("・");
}

function monthsOf(months: Listing): string {
  if (months.kind === "range") return `${months.range.from}月〜${months.range.to}月`;
  if (months.kind === "except") return `${months.value}月以外`;
  return months.values.map((value) => `${value}月`).join("・");
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
  return to === from + 1 ? [tell(from), tell(to)] : [`${tell(from)}〜${tell(to)}`];
}

function timeOf({ hour, minute, second = 0 }: TimeOfDay & { second?: number }): string {
  return second === 0 ? clock(hour, minute) : `${clock(hour, minute)}:${String(second).padStart(2, "0")}`;
}

function clock(hour: number, minute: number): string {
  return `${hour}:${String(minute).padStart(2, "0")}`;
}

function dateOf({ year, month, day }: Reading): string {
  return `${year}年${month}月${day}日`;
}

function degrees(value: number): string {
  return `${Number(Math.abs(value).toFixed(4))}°`;
}

function placeOf(zone: string): string {
  return PLACES[zone] ?? (zone.startsWith("Etc/") ? zone.slice(4) : zone);
}
