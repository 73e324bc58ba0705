import { expect, test, vi } from "vitest";

vi.mock("../../../i18n/language.tsx", () => ({ useLanguage: () => ({ language: "ja" }) }));
vi.mock("react", async (actual) => ({ ...(await actual<object>()), useMemo: (make: () => unknown) => make() }));
const { useFieldNames } = await import("./field-names.ts");

test.each<[string, (string | number)[], string]>([
  ["queue", [], "キュー"],
  ["tags", [0], "タグ › 1"],
  ["schedules.night.zone", [], "いつ “night” › タイムゾーン"],
  ["schedules.night", ["zone"], "いつ “night” › zone"],
  ["schedules.v1.night", [], "いつ “v1.night”"],
])("the difference %s %j from code is told as %s", (field, below, name) => {
  expect(useFieldNames().driftNameOf(field, below)).toBe(name);
});

test.each<[(string | number)[], string]>([
  [["name"], "名前"],
  [["tags", 1], "タグ › 2"],
  [["schedules", 0, "zone"], "いつ 1 › タイムゾーン"],
  [["schedules", 0, "definition", "expression"], "いつ 1 › crontab"],
  [["input", "limits", "zone"], "入力 › limits › zone"],
  [["schedules", 1, "catchUpCap"], "いつ 2 › 最大件数"],
  [["holdOnError"], "失敗したら保留する"],
  [["reason"], "一時停止の理由"],
  [["unheard"], "unheard"],
])("%j is told as it is called on the screen", (path, name) => {
  expect(useFieldNames().nameOf(path)).toBe(name);
});
