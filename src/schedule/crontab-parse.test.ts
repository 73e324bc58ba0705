import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHyoshiError } from "../base/error.ts";
import { parseCrontab } from "./crontab-parse.ts";

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The error that a crontab is refused with. */
function refusal(expression: unknown, path?: string) {
  try {
    parseCrontab(expression, path);
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

  it.each(["0 0 L * *", "0 0 LW * *", "0 0 15W * *", "0 0 * * 5L", "0 0 * * 5#2"])(
    "%s, by the name of what it asks for",
    (expression) => {
      expect(refusal(expression)).toMatchObject({
        code: "invalid_crontab",
        message: expect.stringContaining("not supported"),
      });
    },
  );

  it("an @-name, with the five fields that mean the same", () => {
    expect(refusal("@daily").message).toBe("crontab '@daily' is not accepted: expected '0 0 * * *', which is the same");
    expect(refusal("@reboot").message).toContain("'@reboot' is not accepted: expected five fields");
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
  const letters = fc.constantFrom(..."0123456789*/-,@LW#? \tabcjnu０é".split(""));
  const property = fc.property(fc.oneof(fc.string({ unit: letters, maxLength: 40 }), fc.string()), (text) => {
    try {
      const { minutes, hours, days, months, weekdays } = parseCrontab(text);
      for (const values of [minutes, hours, days, months, weekdays]) expect(values.length).toBeGreaterThan(0);
    } catch (error) {
      expect(isHyoshiError(error)).toBe(true);
    }
  });
  fc.assert(property, { numRuns: 2000 });
});
