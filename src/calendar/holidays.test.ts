import { describe, expect, it } from "vitest";
import { holidayCountries, holidaysOf } from "./holidays.ts";

const japan = { country: "JP", region: null };

/** As the Cabinet Office of Japan lists them. */
const JAPAN: Record<number, string> = {
  2019: "01-01 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-23 10-14 10-22 11-03 11-04 11-23",
  2020: "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-23 07-24 08-10 09-21 09-22 11-03 11-23",
  2021: "01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09 09-20 09-23 11-03 11-23",
  2022: "01-01 01-10 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-18 08-11 09-19 09-23 10-10 11-03 11-23",
  2023: "01-01 01-02 01-09 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-23 10-09 11-03 11-23",
  2024: "01-01 01-08 02-11 02-12 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-22 09-23 10-14 11-03 11-04 11-23",
  2025: "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-21 08-11 09-15 09-23 10-13 11-03 11-23 11-24",
  2026: "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23",
  2027: "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23",
};

describe("Japan's holidays", () => {
  it.each(Object.entries(JAPAN))("of %s are those of the law, with its substitute days", async (year, dates) => {
    const holidays = await holidaysOf(japan, { from: Number(year), to: Number(year) });
    expect(holidays.map(({ date }) => date)).toEqual(dates.split(" ").map((date) => `${year}-${date}`));
  });

  it("have their Japanese names", async () => {
    const holidays = await holidaysOf(japan, { from: 2026, to: 2026 });
    const names = Object.fromEntries(holidays.map(({ date, name }) => [date, name]));
    expect(names["2026-01-01"]).toBe("元日");
    expect(names["2026-05-06"]).toBe("憲法記念日 (振替休日)");
    expect(names["2026-09-22"]).toBe("国民の休日");
  });
});

it("differ between parts of a country", async () => {
  const on = async (region: string | null) =>
    (await holidaysOf({ country: "DE", region }, { from: 2027, to: 2027 })).map(({ date }) => date);
  const [everywhere, bavaria, augsburg] = [await on(null), await on("BY"), await on("BY/A")];
  expect(everywhere).not.toContain("2027-01-06");
  expect(bavaria).toContain("2027-01-06");
  expect(bavaria).not.toContain("2027-08-08");
  expect(augsburg).toContain("2027-08-08");
});

it("cover every day of a holiday of several, and no half days", async () => {
  const dates = async (country: string) =>
    (await holidaysOf({ country, region: null }, { from: 2026, to: 2026 })).map(({ date }) => date);
  const turkey = await dates("TR");
  expect(turkey).toEqual(expect.arrayContaining(["2026-03-20", "2026-03-21", "2026-03-22"]));
  expect(turkey).not.toContain("2026-03-23");
  expect(await dates("CN")).not.toContain("2026-03-08");
  // Easter Sunday was the day on which the clocks were set forward.
  const poland = await holidaysOf({ country: "PL", region: null }, { from: 2024, to: 2024 });
  expect(poland.map(({ date }) => date)).toContain("2024-03-31");
});

it("are known for countries with names in both languages, and for their parts", async () => {
  const countries = await holidayCountries();
  expect(countries.length).toBeGreaterThan(150);
  expect(countries.find(({ code }) => code === "JP")).toEqual({
    code: "JP",
    name: { en: "Japan", ja: "日本" },
    regions: [],
  });
  const germany = countries.find(({ code }) => code === "DE");
  expect(germany?.regions).toContainEqual({ code: "BY", name: "Bayern" });
  expect(germany?.regions).toContainEqual({ code: "BY/A", name: "Bayern, Stadt Augsburg" });
});

it.each([
  [{ country: "XX", region: null }, 2026, "country"],
  [{ country: "constructor", region: null }, 2026, "country"],
  [{ country: "DE", region: "ZZ" }, 2026, "region"],
  [{ country: "DE", region: "BY/ZZ" }, 2026, "region"],
  [japan, 1812, "years"],
  [japan, 2026.5, "years"],
])("of %j in %s are refused", async (source, year, path) => {
  await expect(holidaysOf(source, { from: year, to: year })).rejects.toMatchObject({
    code: "unknown_holidays",
    fields: { path, text: { ja: expect.stringMatching(/\p{sc=Hira}/u) } },
  });
});
