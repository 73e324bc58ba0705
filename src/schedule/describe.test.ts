import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScheduleRules } from "./clock-rules.ts";
import { parseCrontab } from "./crontab-parse.ts";
import { compileSchedule, type ScheduleDefinition } from "./definition.ts";
import { describeOffsetChange, describeRules, describeSchedule, type ToldRules } from "./describe.ts";
import { nextOffsetChange } from "./preview.ts";

const inBoth = (definition: ScheduleDefinition, zone = "Asia/Tokyo", options = {}) => [
  describeSchedule(definition, zone, "en", options),
  describeSchedule(definition, zone, "ja", options),
];

describe("a crontab", () => {
  it.each([
    ["* * * * *", "Every minute", "1分ごと"],
    ["*/15 * * * *", "Every 15 minutes", "15分ごと"],
    ["*/7 * * * *", "Every 7 minutes from minute 0 to 56 of every hour", "毎時0分〜56分、7分ごと"],
    ["0 * * * *", "Every hour", "毎時0分"],
    ["5 * * * *", "At 5 minutes past every hour", "毎時5分"],
    ["0-29 * * * *", "Every minute from minute 0 to 29 of every hour", "毎時0分〜29分、1分ごと"],
    [
      "3,17,40 9-17 * * mon-thu",
      "At 3, 17 and 40 minutes past hours 09 to 17, Monday to Thursday",
      "毎週月曜〜木曜 9〜17時台の3分・17分・40分",
    ],
    ["30 2 * * *", "Every day at 02:30", "毎日 2:30"],
    ["30 2 * * 1-5", "Weekdays at 02:30", "毎週月曜〜金曜 2:30"],
    ["0 10 * * sat,sun", "Weekends at 10:00", "毎週土曜・日曜 10:00"],
    ["0 9,12,15 * * mon", "Every Monday at 09:00, 12:00 and 15:00", "毎週月曜 9:00、12:00、15:00"],
    ["0 */2 * * *", "Every 2 hours", "2時間ごと"],
    ["15 */2 * * *", "Every 2 hours from 00:15 to 22:15", "0:15〜22:15、2時間ごと"],
    ["*/15 9-17 * * 1-5", "Every 15 minutes from 09:00 to 17:59 on weekdays", "毎週月曜〜金曜 9:00〜17:59、15分ごと"],
    ["*/15 22-3 * * *", "Every 15 minutes from 22:00 to 03:59", "22:00〜3:59、15分ごと"],
    [
      "*/15 22-3 * * 1",
      "Every 15 minutes from 00:00 to 03:59 and from 22:00 to 23:59 on Mondays",
      "毎週月曜 0:00〜3:59・22:00〜23:59、15分ごと",
    ],
    ["0 0 1 * *", "On the 1st of each month at 00:00", "毎月1日 0:00"],
    ["0 0 1,15 * *", "On the 1st and 15th of each month at 00:00", "毎月1日・15日 0:00"],
    ["0 0 31 * *", "On the 31st of each month that has one at 00:00", "毎月31日（ない月は除く） 0:00"],
    ["0 9 */2 * *", "On odd days of each month at 09:00", "毎月奇数日 9:00"],
    ["0 9 */3 * *", "Every 3rd day from the 1st to the 31st of each month at 09:00", "毎月1日〜31日の3日ごと 9:00"],
    ["0 0 1 1 *", "On January 1 each year at 00:00", "毎年1月1日 0:00"],
    ["0 0 29 2 *", "On February 29 in leap years at 00:00", "毎年2月29日（うるう年のみ） 0:00"],
    ["0 0 * 3-10 *", "Every day from March to October at 00:00", "3月〜10月の毎日 0:00"],
    ["0 0 13 * 5", "On Friday the 13th at 00:00", "13日の金曜日 0:00"],
    [
      "0 0 13,14 * 5",
      "On Fridays that fall on the 13th or 14th of each month at 00:00",
      "毎月13日・14日で金曜に当たる日 0:00",
    ],
    ["0 0 1 * 1-5", "On weekdays that fall on the 1st of each month at 00:00", "毎月1日で月曜〜金曜に当たる日 0:00"],
    ["0 0 1-7 * 1", "On the first Monday of each month at 00:00", "毎月第1月曜 0:00"],
    ["0 9 * * 0,1,2,4,5,6", "Every day except Wednesday at 09:00", "水曜以外の毎日 9:00"],
    ["@daily", "Every day at 00:00", "毎日 0:00"],
    ["@yearly", "On January 1 each year at 00:00", "毎年1月1日 0:00"],
    ["@hourly", "Every hour", "毎時0分"],
    ["0 18 L * *", "On the last day of each month at 18:00", "毎月末日 18:00"],
    ["0 18 L-1 * *", "On the day before the last of each month at 18:00", "毎月末日の1日前 18:00"],
    [
      "0 18 L-3 2,8 *",
      "On the 3rd day before the last of February and August at 18:00",
      "毎年2月・8月の末日の3日前 18:00",
    ],
    ["0 18 15,L * *", "On the 15th and the last day of each month at 18:00", "毎月15日・末日 18:00"],
    ["0 9 15W * *", "On the weekday nearest the 15th of each month at 09:00", "毎月15日に最も近い平日 9:00"],
    ["0 9 LW * *", "On the last weekday of each month at 09:00", "毎月最終平日 9:00"],
    ["0 9 * * 5L", "On the last Friday of each month at 09:00", "毎月最終金曜 9:00"],
    ["0 9 * 5 tue#2", "On the second Tuesday of May at 09:00", "毎年5月の第2火曜 9:00"],
    ["0 9 * * 1,5#5", "On Mondays and the fifth Friday of each month at 09:00", "毎週月曜と毎月第5金曜 9:00"],
    [
      "*/15 9-17 * * 2#1,0L",
      "Every 15 minutes from 09:00 to 17:59 on the first Tuesday and the last Sunday of each month",
      "毎月第1火曜・最終日曜 9:00〜17:59、15分ごと",
    ],
    [
      "0 0 13 * 5#2",
      "On the second Friday that falls on the 13th of each month at 00:00",
      "毎月13日で第2金曜に当たる日 0:00",
    ],
    [
      "0 0 L * 1-5",
      "On weekdays that fall on the last day of each month at 00:00",
      "毎月末日で月曜〜金曜に当たる日 0:00",
    ],
  ])("%s", (expression, en, ja) => {
    expect(inBoth({ kind: "crontab", expression })).toEqual([en, ja]);
  });

  it.each([
    ["0 0 13 * 5", "On the 13th of each month and on Fridays at 00:00", "毎月13日と毎週金曜 0:00"],
    [
      "0 0 1,15 3 mon-fri",
      "On the 1st and 15th of March and on weekdays in March at 00:00",
      "毎年3月の、1日・15日と毎週月曜〜金曜 0:00",
    ],
    [
      "0 0 L * 1#1",
      "On the last day of each month and on the first Monday of each month at 00:00",
      "毎月末日と毎月第1月曜 0:00",
    ],
    ["0 0 */2 * 5", "On Fridays that fall on odd days of each month at 00:00", "毎月奇数日で金曜に当たる日 0:00"],
    ["0 0 1-7 * 1", "On the 1st to 7th of each month and on Mondays at 00:00", "毎月1日〜7日と毎週月曜 0:00"],
  ])("%s where one of the day fields is enough", (expression, en, ja) => {
    expect(inBoth({ kind: "crontab", expression, days: "or" })).toEqual([en, ja]);
  });

  it("tells what H stands for with the schedule's uid, and an example without", () => {
    expect(inBoth({ kind: "crontab", expression: "H 3 * * *" }, "UTC", { seed: "018f-1" })).toEqual([
      "Every day at 03:01 (H is this schedule's own value)",
      "毎日 3:01（H はこのスケジュール固有の値）",
    ]);
    expect(inBoth({ kind: "crontab", expression: "H 3 * * *" }, "UTC")[0]).toMatch(
      /^Every day at 03:\d\d, for example \(H is a value of each schedule's own\)$/,
    );
  });

  it("reads alike only with what matches the same times", () => {
    const value = (first: number, last: number) => fc.integer({ min: first, max: last });
    const field = (first: number, last: number) =>
      fc.oneof(
        fc.constant("*"),
        value(first, last).map(String),
        fc.integer({ min: 1, max: last }).map((step) => `*/${step}`),
        fc.tuple(value(first, last), value(first, last)).map(([from, to]) => `${from}-${to}`),
        fc
          .tuple(value(first, last), value(first, last), value(1, 6))
          .map((parts) => `${parts[0]}-${parts[1]}/${parts[2]}`),
        fc.array(value(first, last), { minLength: 2, maxLength: 6 }).map((values) => values.join(",")),
      );
    const rules = (items: readonly string[]) =>
      fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: 3 }).map((some) => some.join(","));
    const expressions = fc
      .tuple(
        field(0, 59),
        field(0, 23),
        fc.oneof(field(1, 28), rules(["L", "L-1", "L-2", "15W", "16W", "LW", "3", "4,5"])),
        field(1, 12),
        // The first to the fourth of a weekday have a second spelling, which reads alike.
        fc.oneof(field(0, 6), rules(["5L", "6L", "2#5", "3#5", "1", "4,5"])),
      )
      // Most fields of most crontabs are free, and there the wordings are closest to each other.
      .chain((fields) =>
        fc.subarray([0, 1, 2, 3, 4]).map((kept) => fields.map((text, index) => (kept.includes(index) ? text : "*"))),
      )
      .map((fields) => fields.join(" "));
    const seen = new Map<string, string>();
    /** Undefined for what never matches. */
    const meaningOf = (expression: string, days: "and" | "or") => {
      try {
        return JSON.stringify(parseCrontab(expression, { days }));
      } catch {
        return undefined;
      }
    };
    const property = fc.property(expressions, fc.constantFrom("and", "or"), (expression, days) => {
      const meaning = meaningOf(expression, days);
      if (meaning === undefined) return fc.pre(false);
      for (const sentence of inBoth({ kind: "crontab", expression, days })) {
        expect(sentence).toMatch(/^\S.*\S$/);
        expect(sentence).not.toMatch(/undefined|NaN|\*| {2}/);
        expect(seen.get(sentence) ?? meaning).toBe(meaning);
        seen.set(sentence, meaning);
      }
    });
    fc.assert(property, { numRuns: 10_000 });
    expect(seen.size).toBeGreaterThan(5000);
  }, 20_000);
});

describe("the other kinds", () => {
  const anchor = Date.parse("2027-01-15T17:00:00+09:00");

  it.each<[ScheduleDefinition, string, string]>([
    [{ kind: "interval", every: 5, period: "seconds" }, "Every 5 seconds", "5秒ごと"],
    [{ kind: "interval", every: 1, period: "hours" }, "Every hour", "1時間ごと"],
    [{ kind: "interval", every: 1, period: "days", anchor }, "Every day at 17:00", "毎日 17:00"],
    [
      { kind: "interval", every: 3, period: "days", anchor: anchor + 5000 },
      "Every 3 days at 17:00:05",
      "3日ごと 17:00:05",
    ],
    [{ kind: "interval", every: 1, period: "weeks", anchor }, "Every Friday at 17:00", "毎週金曜 17:00"],
    [
      { kind: "interval", every: 2, period: "weeks", anchor },
      "Every 2 weeks on Friday at 17:00",
      "2週間ごとの金曜 17:00",
    ],
    [
      { kind: "interval", every: 3, period: "months", anchor },
      "Every 3 months on the 15th at 17:00",
      "3か月ごとの15日 17:00",
    ],
    [
      { kind: "interval", every: 1, period: "months", anchor: anchor + 16 * 86_400_000 },
      "Every month on the 31st (or the month's last day) at 17:00",
      "毎月31日（ない月は末日） 17:00",
    ],
    [
      { kind: "solar", event: "sunrise", latitude: 35.68, longitude: 139.77 },
      "At sunrise in 35.68° N, 139.77° E",
      "日の出の時刻（北緯35.68°、東経139.77°）",
    ],
    [
      { kind: "solar", event: "dusk_civil", latitude: -33.9, longitude: -70 },
      "At civil dusk in 33.9° S, 70° W",
      "市民薄明の終わりの時刻（南緯33.9°、西経70°）",
    ],
    [{ kind: "clocked", at: anchor }, "Once on January 15, 2027 at 17:00", "2027年1月15日 17:00 に1回"],
  ])("%j", (definition, en, ja) => {
    expect(inBoth(definition)).toEqual([en, ja]);
  });
});

describe("the zone", () => {
  it("is named on request, as its place", () => {
    const weekdays = { kind: "crontab", expression: "0 9 * * 1-5" } as const;
    expect(inBoth(weekdays, "Asia/Tokyo", { showZone: true })).toEqual([
      "Weekdays at 09:00 (Tokyo)",
      "毎週月曜〜金曜 9:00（東京）",
    ]);
    expect(inBoth(weekdays, "America/Indiana/Knox", { showZone: true })).toEqual([
      "Weekdays at 09:00 (Knox)",
      "毎週月曜〜金曜 9:00（America/Indiana/Knox）",
    ]);
    expect(inBoth(weekdays, "UTC", { showZone: true })).toEqual([
      "Weekdays at 09:00 (UTC)",
      "毎週月曜〜金曜 9:00（UTC）",
    ]);
  });

  it("is left out where the times do not depend on it", () => {
    expect(inBoth({ kind: "interval", every: 5, period: "seconds" }, "Asia/Tokyo", { showZone: true })).toEqual([
      "Every 5 seconds",
      "5秒ごと",
    ]);
    expect(inBoth({ kind: "crontab", expression: "*/5 * * * *" }, "Asia/Tokyo", { showZone: true })).toEqual([
      "Every 5 minutes",
      "5分ごと",
    ]);
  });
});

describe("a change of the clock", () => {
  const warnings = (expression: string, zone: string, after: string) => {
    const change = nextOffsetChange(zone, compileSchedule({ kind: "crontab", expression }, zone), Date.parse(after));
    return change && [describeOffsetChange(change, zone, "en"), describeOffsetChange(change, zone, "ja")];
  };

  it("is told with the time that is left out and when it happens instead", () => {
    expect(warnings("30 2 * * *", "America/New_York", "2027-01-01T00:00Z")).toEqual([
      "On March 14, 2027 the clock is set forward and leaves out 02:30: it happens at 03:00",
      "2027年3月14日は時計が進み、2:30がありません。3:00に実行します",
    ]);
    expect(warnings("0 12 30 12 *", "Pacific/Apia", "2011-12-01T00:00Z")).toEqual([
      "On December 30, 2011 the clock is set forward and leaves out 12:00: it happens at 00:00 on December 31, 2011",
      "2011年12月30日は時計が進み、12:00がありません。2011年12月31日0:00に実行します",
    ]);
  });

  it("is told with what a chosen rule makes of it", () => {
    const told = (expression: string, rules: ScheduleRules, after: string) => {
      const schedule = compileSchedule({ kind: "crontab", expression }, "America/New_York", rules);
      const change = nextOffsetChange("America/New_York", schedule, Date.parse(after));
      return (["en", "ja"] as const).map((language) =>
        change === undefined ? "" : describeOffsetChange(change, "America/New_York", language),
      );
    };
    expect(told("30 2 * * *", { gap: "skip" }, "2027-01-01T00:00Z")).toEqual([
      "On March 14, 2027 the clock is set forward and leaves out 02:30: it is skipped",
      "2027年3月14日は時計が進み、2:30がありません。この回は実行しません",
    ]);
    expect(told("30 1 * * *", { fold: "second" }, "2027-06-01T00:00Z")).toEqual([
      "On November 7, 2027 the clock is set back and reads 01:30 twice: it happens the second time only",
      "2027年11月7日は時計が戻り、1:30が2回あります。2回目にだけ実行します",
    ]);
    expect(told("30 1 * * *", { fold: "both" }, "2027-06-01T00:00Z")).toEqual([
      "On November 7, 2027 the clock is set back and reads 01:30 twice: it happens both times",
      "2027年11月7日は時計が戻り、1:30が2回あります。2回とも実行します",
    ]);
  });

  it("is told with the time that is read twice", () => {
    expect(warnings("30 1 * * *", "America/New_York", "2027-06-01T00:00Z")).toEqual([
      "On November 7, 2027 the clock is set back and reads 01:30 twice: it happens the first time only",
      "2027年11月7日は時計が戻り、1:30が2回あります。1回目にだけ実行します",
    ]);
  });
});

describe("the rules of a schedule", () => {
  const both = (definition: ScheduleDefinition, rules: ToldRules = {}) =>
    (["en", "ja"] as const).map((language) => describeRules(definition, "Asia/Tokyo", rules, language));
  const nightly = { kind: "crontab", expression: "30 2 * * *" } as const;

  it("are told as they work, the defaults too", () => {
    expect(both(nightly)).toEqual([
      [
        "When the clock is set forward, a time that is left out happens right after the gap; when it is set back, a repeated time happens the first time",
      ],
      ["時計が進むとき、なくなる時刻の分は直後に実行します。時計が戻るとき、2回ある時刻は1回目に実行します"],
    ]);
    expect(both({ kind: "crontab", expression: "*/5 * * * *" })).toEqual([
      ["When the clock is set forward or back it goes on evenly: nothing is left out, and nothing comes twice"],
      ["時計が進んでも戻っても、抜けも重なりもなく等間隔で実行します"],
    ]);
    expect(both({ kind: "interval", every: 5, period: "minutes" })).toEqual([[], []]);
  });

  it("are told with first and last time and closed days", () => {
    const rules = {
      gap: "skip",
      fold: "both",
      startsAt: Date.parse("2027-04-01T00:00+09:00"),
      endsAt: Date.parse("2028-03-31T23:59+09:00"),
      calendar: { rule: "next", name: "Japan" },
    } as const;
    expect(both(nightly, rules)).toEqual([
      [
        "From April 1, 2027 at 00:00 until March 31, 2028 at 23:59",
        "On the closed days of Japan it is moved to the business day after, at the same time of day",
        "When the clock is set forward, a time that is left out is skipped; when it is set back, a repeated time happens both times",
      ],
      [
        "2027年4月1日 0:00 から 2028年3月31日 23:59 まで",
        "「Japan」の休業日に当たる回は翌営業日の同じ時刻に移します",
        "時計が進むとき、なくなる時刻の分は実行しません。時計が戻るとき、2回ある時刻は2回とも実行します",
      ],
    ]);
    expect(both({ kind: "interval", every: 1, period: "hours" }, { calendar: { rule: "skip" } })).toEqual([
      ["On closed days it does not happen"],
      ["休業日には実行しません"],
    ]);
  });
});
