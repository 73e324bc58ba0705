import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHyoshiError } from "../base/error.ts";
import { type Crontab, canonicalCrontab, parseCrontab } from "./crontab-parse.ts";

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The error that a crontab is refused with. */
function refusal(expression: unknown, path?: string) {
  try {
    parseCrontab(expression, { ...(path !== undefined && { path }) });
  } catch (error) {
    if (isHyoshiError(error)) return { code: error.code, message: error.message, ...error.fields };
    throw error;
  }
  throw new Error(`crontab ${String(expression)} is accepted`);
}

describe("the grammar", () => {
  it.each([
    ["* * * * *", range(0, 59)],
    ["5 * * * *", [5]],
    ["05 * * * *", [5]],
    ["40,3,17,3 * * * *", [3, 17, 40]],
    ["50-10 * * * *", [...range(0, 10), ...range(50, 59)]],
    ["*/25 * * * *", [0, 25, 50]],
    ["*/90 * * * *", [0]],
    ["10-20/4 * * * *", [10, 14, 18]],
    ["55-5/3 * * * *", [1, 4, 55, 58]],
    ["7-7 * * * *", [7]],
    ["0-3,30,50-59/3 * * * *", [0, 1, 2, 3, 30, 50, 53, 56, 59]],
  ])("reads the minutes of %s", (expression, minutes) => {
    expect(parseCrontab(expression).minutes).toEqual(minutes);
  });

  it("counts the steps of days and months from the first, as Celery does", () => {
    const { days, months, weekdays } = parseCrontab("0 0 */2 */5 */2");
    expect(days).toEqual(range(0, 15).map((index) => index * 2 + 1));
    expect(months).toEqual([1, 6, 11]);
    expect(weekdays).toEqual([0, 2, 4, 6]);
  });

  it("reads names of three letters or more in any case, and ranges of them that wrap", () => {
    expect(parseCrontab("0 0 * Jan,MARCH,sept fri-mon")).toMatchObject({ months: [1, 3, 9], weekdays: [0, 1, 5, 6] });
    expect(parseCrontab("0 0 * nov-feb mon-friday/2")).toMatchObject({ months: [1, 2, 11, 12], weekdays: [1, 3, 5] });
    expect(parseCrontab("0 22-3 28-2 * *")).toMatchObject({
      hours: [0, 1, 2, 3, 22, 23],
      days: [1, 2, 28, 29, 30, 31],
    });
  });

  it("takes any white space between and around the fields", () => {
    expect(parseCrontab("  0\t0  1 1   * ")).toEqual(parseCrontab("0 0 1 1 *"));
  });
});

describe("what is refused", () => {
  it.each([
    ["99 * * * *", "minute", "99", "crontab minute '99' is out of range: expected 0-59"],
    ["* 24 * * *", "hour", "24", "crontab hour '24' is out of range: expected 0-23"],
    ["* * 0 * *", "day_of_month", "0", "crontab day of month '0' is out of range: expected 1-31"],
    ["* * * 13 *", "month_of_year", "13", "crontab month '13' is out of range: expected 1-12 or jan-dec"],
    [
      "* * * * 7",
      "day_of_week",
      "7",
      "crontab day of week '7' is out of range: expected 0-6 or sun-sat; write 0 or sun for Sunday",
    ],
    [
      "* * * * 5-7",
      "day_of_week",
      "7",
      "crontab day of week '7' is out of range: expected 0-6 or sun-sat; write 0 or sun for Sunday",
    ],
    ["1-70 * * * *", "minute", "70", "crontab minute '70' is out of range: expected 0-59"],
    [
      "5/10 * * * *",
      "minute",
      "5/10",
      "crontab minute '5/10' has a step without a range (write 5-59/10): expected 0-59",
    ],
    ["*/0 * * * *", "minute", "*/0", "crontab minute '*/0' has a step of 0, and a step is at least 1: expected 0-59"],
    ["1,,2 * * * *", "minute", "1,,2", "crontab minute '1,,2' has an empty part: expected 0-59"],
    ["-5 * * * *", "minute", "-5", "crontab minute '-5' is negative: expected 0-59"],
    ["* * * * mo", "day_of_week", "mo", "crontab day of week 'mo' is not understood: expected 0-6 or sun-sat"],
    ["* * * mon *", "month_of_year", "mon", "crontab month 'mon' is not understood: expected 1-12 or jan-dec"],
    ["*/2/3 * * * *", "minute", "*/2/3", "crontab minute '*/2/3' is not understood: expected 0-59"],
    ["* * ? * *", "day_of_month", "?", "crontab day of month '?' is not accepted (write * for any): expected 1-31"],
  ])("%s", (expression, field, value, message) => {
    expect(refusal(expression)).toMatchObject({ code: "invalid_crontab", field, value, message, path: "expression" });
  });

  it.each([
    ["0 0 L/2 * *", "day_of_month", "L stands alone or as L-3, without range or step"],
    ["0 0 25-L * *", "day_of_month", "L stands alone or as L-3, without range or step"],
    ["0 0 5L * *", "day_of_month", "the last Friday is 5L in the day of week"],
    ["0 0 L-31 * *", "day_of_month", "L-1 to L-30 exist"],
    ["0 0 L-0 * *", "day_of_month", "L-1 to L-30 exist"],
    ["0 0 32W * *", "day_of_month", "'32' is out of range"],
    ["0 0 1-5W * *", "day_of_month", "W goes with one day and without a step"],
    ["0 0 W * *", "day_of_month", "W goes with one day and without a step"],
    ["0 0 15W/2 * *", "day_of_month", "W goes with one day and without a step"],
    ["0 0 L-3W * *", "day_of_month", "W goes with one day and without a step"],
    ["0 0 5#2 * *", "day_of_month", "# names the nth weekday of a month and belongs in the day of week"],
    ["L * * * *", "minute", "L names a last day and belongs in the day of month or the day of week"],
    ["0 0 * 5L *", "month_of_year", "L names a last day and belongs in the day of month or the day of week"],
    ["0 15W * * *", "hour", "W names a working day and belongs in the day of month"],
    ["0 0 * * 5W", "day_of_week", "W names a working day and belongs in the day of month"],
    ["0 0 * * L", "day_of_week", "names no weekday: write 5L for the last Friday"],
    ["0 0 * * L-2", "day_of_week", "names no weekday: write 5L for the last Friday"],
    ["0 0 * * 5L/2", "day_of_week", "5L for the last Friday stands without range or step"],
    ["0 0 * * 5#6", "day_of_week", "asks for a week that no month has: # takes 1 to 5"],
    ["0 0 * * 5#0", "day_of_week", "asks for a week that no month has: # takes 1 to 5"],
    ["0 0 * * #2", "day_of_week", "# stands between a weekday and its week"],
    ["0 0 * * 8#2", "day_of_week", "'8' is out of range"],
    ["0 0 * * 7L", "day_of_week", "write 0 or sun for Sunday"],
    ["H-5 * * * *", "minute", "H stands alone, or as H(0-29), H/15 or H(0-29)/10"],
    ["5-H * * * *", "minute", "H stands alone, or as H(0-29), H/15 or H(0-29)/10"],
    ["H(5) * * * *", "minute", "H stands alone, or as H(0-29), H/15 or H(0-29)/10"],
    ["H(30-10) * * * *", "minute", "ends before it starts, which H does not take"],
    ["H(0-70) * * * *", "minute", "'70' is out of range"],
    ["H/0 * * * *", "minute", "a step is at least 1"],
    ["H/90 * * * *", "minute", "has a step of 90, more than the 60 values that it steps through"],
    ["H(0-9)/20 * * * *", "minute", "has a step of 20, more than the 10 values that it steps through"],
    ["0 0 H/29 * *", "day_of_month", "has a step of 29, more than the 28 values that it steps through"],
  ])("%s, with the way to write it", (expression, field, why) => {
    expect(refusal(expression)).toMatchObject({
      code: "invalid_crontab",
      field,
      message: expect.stringContaining(why),
      text: { ja: expect.stringMatching(/\p{sc=Hira}/u) },
    });
  });

  it("a name that stands for no times, with the reason and the names that do", () => {
    expect(refusal("@reboot").message).toBe(
      "crontab '@reboot' is not accepted: it means the start of a machine, which is no time: expected one of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, or five fields",
    );
    expect(refusal("@fortnightly").message).toContain("'@fortnightly' is not known: expected one of @yearly");
    expect(refusal("@daily 0 0").message).toContain("is not known");
  });

  it.each(["", "   ", "*", "* * * *", "0 * * * * *", "0 0 0 1 1 * 2027"])(
    "%j, by its number of fields",
    (expression) => {
      expect(refusal(expression)).toMatchObject({
        code: "invalid_crontab",
        field: "expression",
        message: expect.stringMatching(/has \d fields?.*expected five fields/),
      });
    },
  );

  it("what is no text, is missing or is too long, at the path that was given", () => {
    expect(refusal(5, "schedules.2.expression")).toMatchObject({
      path: "schedules.2.expression",
      message: expect.stringContaining("'5' is not text"),
    });
    expect(refusal(undefined).message).toContain("is missing");
    expect(refusal(`${"1,".repeat(600)}1 * * * *`).message).toContain("characters long, more than 1024");
  });
});

describe("rules for days", () => {
  it.each<[string, Partial<Crontab>]>([
    ["0 0 L * *", { days: [], dayRules: [{ kind: "last", before: 0 }] }],
    ["0 0 l-3,1 * *", { days: [1], dayRules: [{ kind: "last", before: 3 }] }],
    [
      "0 0 15W,LW,lw * *",
      {
        dayRules: [
          { kind: "workday", day: 15 },
          { kind: "workday", day: "last" },
        ],
      },
    ],
    ["0 0 * * 5L", { weekdays: [], weekdayRules: [{ weekday: 5, nth: "last" }] }],
    ["0 0 * * FRIL", { weekdayRules: [{ weekday: 5, nth: "last" }] }],
    ["0 0 * * mon,tue#2", { weekdays: [1], weekdayRules: [{ weekday: 2, nth: 2 }] }],
  ])("%s", (expression, expected) => {
    expect(parseCrontab(expression)).toMatchObject(expected);
  });

  it("add nothing where the field lists the day anyway", () => {
    expect(parseCrontab("0 0 *,L * *")).toEqual(parseCrontab("0 0 * * *"));
    expect(parseCrontab("0 0 * * fri,5#2")).toEqual(parseCrontab("0 0 * * 5"));
  });
});

describe("names", () => {
  it.each([
    ["@yearly", "0 0 1 1 *"],
    ["@annually", "0 0 1 1 *"],
    ["@monthly", "0 0 1 * *"],
    ["@weekly", "0 0 * * 0"],
    ["@daily", "0 0 * * *"],
    ["@midnight", "0 0 * * *"],
    ["@hourly", "0 * * * *"],
    [" @Daily ", "0 0 * * *"],
  ])("%s means %s", (name, fields) => {
    expect(parseCrontab(name)).toEqual(parseCrontab(fields));
    expect(canonicalCrontab(name)).toBe(name.trim().toLowerCase());
  });
});

describe("one of the two day fields is enough", () => {
  it("where neither begins with a star, which is cron's rule", () => {
    const either = (expression: string) => parseCrontab(expression, { days: "or" }).either;
    expect(["0 0 13 * 5", "0 0 1-7 * mon", "0 0 L * 5#2"].map(either)).toEqual([true, true, true]);
    expect(["0 0 13 * *", "0 0 * * 5", "0 0 */2 * 5", "0 0 13 * */2", "0 0 *,5 * 5"].map(either)).toEqual(
      Array(5).fill(false),
    );
    expect(parseCrontab("0 0 13 * 5").either).toBe(false);
  });

  it("and every day where one of them lists all", () => {
    expect(parseCrontab("0 0 1-31 * 5", { days: "or" })).toEqual(parseCrontab("0 0 * * *"));
    expect(parseCrontab("0 0 13 * 0-6", { days: "or" })).toEqual(parseCrontab("0 0 * * *"));
  });

  it.each([
    ["7", "0"],
    ["07", "0"],
    ["1-7", "1-0"],
    ["5-7/2", "5-0/2"],
    ["0-7", "0-6"],
    ["sun-7/2", "0-6/2"],
    ["7-3", "0-3"],
    ["7,7L,7#2,mon", "0,0L,0#2,mon"],
  ])("there %s is %s, as it is stored", (given, stored) => {
    expect(canonicalCrontab(`0 0 7 7 ${given}`, "or")).toBe(`0 0 7 7 ${stored}`);
    expect(parseCrontab(`0 0 7 7 ${given}`, { days: "or" })).toEqual(parseCrontab(`0 0 7 7 ${stored}`, { days: "or" }));
  });

  it("takes the weekdays of cron's ranges to 7", () => {
    const weekdays = (text: string) => parseCrontab(`0 0 1 * ${text}`, { days: "or" }).weekdays;
    expect([weekdays("1-7"), weekdays("5-7"), weekdays("2-7/2"), weekdays("3-7/2")]).toEqual([
      range(0, 6),
      [0, 5, 6],
      [2, 4, 6],
      [0, 3, 5],
    ]);
  });
});

describe("hashed values", () => {
  const seeds = Array.from({ length: 3000 }, (_, index) => `018f-${index}`);

  it("stay the same for a seed, and differ between fields and seeds", () => {
    const at = (seed: string) => parseCrontab("H H H H H", { seed });
    expect(at("a")).toEqual(at("a"));
    expect(at("a")).not.toEqual(at("b"));
    expect(at("018f-1")).toMatchObject({ minutes: [1], hours: [10], days: [7], months: [1], weekdays: [2] });
  });

  it.each<[string, keyof Crontab, readonly number[]]>([
    ["H * * * *", "minutes", range(0, 59)],
    ["0 H * * *", "hours", range(0, 23)],
    ["0 0 H * *", "days", range(1, 28)],
    ["0 0 1 H *", "months", range(1, 12)],
    ["0 0 * * H", "weekdays", range(0, 6)],
    ["H(10-19) * * * *", "minutes", range(10, 19)],
    ["0 0 * * H(mon-fri)", "weekdays", range(1, 5)],
    ["0 0 H(25-31) * *", "days", range(25, 31)],
  ])("%s is one of all values, each about as often", (expression, key, values) => {
    const counts = new Map<number, number>();
    for (const seed of seeds) {
      const chosen = parseCrontab(expression, { seed })[key] as readonly number[];
      expect(chosen).toHaveLength(1);
      counts.set(chosen[0] ?? -1, (counts.get(chosen[0] ?? -1) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(values);
    const share = seeds.length / values.length;
    for (const count of counts.values()) {
      expect(Math.abs(count - share)).toBeLessThan(6 * Math.sqrt(share));
    }
  });

  it("step through the field or the range from a place of their own", () => {
    for (const seed of seeds.slice(0, 200)) {
      const minutes = parseCrontab("H/15 * * * *", { seed }).minutes;
      expect(minutes).toHaveLength(4);
      expect(minutes.every((minute, index) => minute === (minutes[0] ?? 0) + 15 * index)).toBe(true);
      const some = parseCrontab("H(0-29)/10 * * * *", { seed }).minutes;
      expect(some).toHaveLength(3);
      expect(some.at(-1)).toBeLessThan(30);
    }
  });

  it("have no date with some seeds: refused for all", () => {
    expect(refusal("0 0 H(28-31) 2 *")).toMatchObject({
      code: "crontab_never_matches",
      message:
        "crontab '0 0 H(28-31) 2 *' can never match with some values of H: no February has a day 30, expected a day of month up to 29, and that in leap years",
    });
    expect(refusal("0 0 H * 1#1").message).toBe(
      "crontab '0 0 H * 1#1' can never match with some values of H: no month has a day that is both 'H' and '1#1', expected a day of month and a day of week that meet",
    );
    expect(() => parseCrontab("0 0 H(25-31) 1 *")).not.toThrow();
    expect(() => parseCrontab("0 0 H(1-7) * 1#1")).not.toThrow();
  });
});

describe("dates that no year has", () => {
  it.each([
    [
      "0 0 31 2 *",
      "crontab '0 0 31 2 *' can never match: no February has a day 31, expected a day of month up to 29, and that in leap years",
    ],
    [
      "0 0 31 4,jun *",
      "crontab '0 0 31 4,jun *' can never match: no April or June has a day 31, expected a day of month up to 30",
    ],
    [
      "0 0 30-31 feb mon",
      "crontab '0 0 30-31 feb mon' can never match: no February has a day 30, expected a day of month up to 29, and that in leap years",
    ],
    [
      "0 0 L-30 2 *",
      "crontab '0 0 L-30 2 *' can never match: no February has a day 'L-30', expected a day of month and a day of week that meet",
    ],
    [
      "0 0 30W feb *",
      "crontab '0 0 30W feb *' can never match: no February has a day '30W', expected a day of month and a day of week that meet",
    ],
    [
      "0 0 1-28 * 5#5",
      "crontab '0 0 1-28 * 5#5' can never match: no month has a day that is both '1-28' and '5#5', expected a day of month and a day of week that meet",
    ],
    [
      "0 0 LW * sat,sun",
      "crontab '0 0 LW * sat,sun' can never match: no month has a day that is both 'LW' and 'sat,sun', expected a day of month and a day of week that meet",
    ],
  ])("%s is refused", (expression, message) => {
    expect(refusal(expression)).toMatchObject({ code: "crontab_never_matches", field: "day_of_month", message });
  });

  it("are exactly those that 400 years do not hold", () => {
    const dates = new Set<string>();
    for (let day = Date.UTC(2000, 0); day < Date.UTC(2400, 0); day += 86_400_000) {
      const date = new Date(day);
      dates.add(`${date.getUTCDate()} ${date.getUTCMonth() + 1} ${date.getUTCDay()}`);
    }
    const days = fc.oneof(
      fc.constantFrom([28], [29], [30], [31], [30, 31]),
      fc.subarray(range(1, 31), { minLength: 1 }),
    );
    const months = fc.oneof(
      fc.constantFrom([2], [4], [2, 4], [4, 6, 9, 11]),
      fc.subarray(range(1, 12), { minLength: 1 }),
    );
    const property = fc.property(days, months, fc.subarray(range(0, 6), { minLength: 1 }), (d, m, w) => {
      const exists = d.some((day) => m.some((month) => w.some((weekday) => dates.has(`${day} ${month} ${weekday}`))));
      const parse = () => parseCrontab(`0 0 ${d.join()} ${m.join()} ${w.join()}`);
      if (exists) expect(parse).not.toThrow();
      else expect(parse).toThrow(expect.objectContaining({ code: "crontab_never_matches" }));
    });
    fc.assert(property, { numRuns: 300 });
  });
});

it("refuses text of any kind with its own error and nothing else", () => {
  const letters = fc.constantFrom(..."0123456789*/-,@LWH#()? \tabcjnu０é".split(""));
  const property = fc.property(fc.oneof(fc.string({ unit: letters, maxLength: 40 }), fc.string()), (text) => {
    try {
      const { minutes, hours, days, dayRules, months, weekdays, weekdayRules } = parseCrontab(text);
      for (const values of [minutes, hours, [...days, ...dayRules], months, [...weekdays, ...weekdayRules]]) {
        expect(values.length).toBeGreaterThan(0);
      }
    } catch (error) {
      expect(isHyoshiError(error)).toBe(true);
    }
  });
  fc.assert(property, { numRuns: 2000 });
});
