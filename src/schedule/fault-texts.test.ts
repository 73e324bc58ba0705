import { expect, it } from "vitest";
import { isHyoshiError } from "../base/error.ts";
import { assertNotPast } from "./clocked.ts";
import { parseDefinition } from "./definition.ts";
import { assertZone } from "./zone-name.ts";

function textOf(act: () => unknown): { en: string; ja: string } {
  try {
    act();
  } catch (error) {
    if (isHyoshiError(error)) return error.fields.text as { en: string; ja: string };
    throw error;
  }
  throw new Error("nothing is refused");
}

const textOfDefinition = (value: unknown) => textOf(() => parseDefinition(value));
const textOfCrontab = (expression: unknown) => textOfDefinition({ kind: "crontab", expression });

it.each([
  ["99 * * * *", "分の「99」は範囲外です（0〜59）"],
  ["* 24 * * *", "時の「24」は範囲外です（0〜23）"],
  ["* * 0 * *", "日の「0」は範囲外です（1〜31）"],
  ["* * * 13 *", "月の「13」は範囲外です（1〜12 または jan〜dec）"],
  ["* * * * 7", "曜日の「7」は範囲外です（0〜6 または sun〜sat）。日曜は 0 か sun と書きます"],
  ["1,,2 * * * *", "分の「1,,2」に空の部分があります（0〜59）"],
  ["5/10 * * * *", "分の「5/10」には間隔を付ける範囲がありません。5-59/10 のように書いてください（0〜59）"],
  ["*/0 * * * *", "分の「*/0」の間隔が 0 です。1 以上にしてください（0〜59）"],
  ["* * ? * *", "日の「?」は使えません。指定しない項目には * と書いてください（1〜31）"],
  [
    "0 0 L/2 * *",
    "日の「L/2」は使えません。L は単独か L-3 の形で、範囲や間隔なしで書きます。最終金曜は曜日の項目に 5L と書きます（1〜31）",
  ],
  ["0 0 1-5W * *", "日の「1-5W」は使えません。W は 15W のように、1 つの日にだけ付けます（1〜31）"],
  ["L * * * *", "分の「L」は使えません。最終日の L は日か曜日の項目に書きます（0〜59）"],
  [
    "0 0 * * L",
    "曜日の「L」には曜日がありません。最終金曜は 5L、月の末日は日の項目に L と書きます（0〜6 または sun〜sat）",
  ],
  ["0 0 * * 1#6", "曜日の「1#6」のような週はありません。# の後は 1〜5 です（0〜6 または sun〜sat）"],
  ["H(9-1) * * * *", "分の「H(9-1)」の H の範囲が逆です。小さい値から書いてください（0〜59）"],
  ["H/90 * * * *", "分の「H/90」の間隔 90 は、対象の 60 個の値より大きいため使えません（0〜59）"],
  ["-1 * * * *", "分の「-1」は負の値です（0〜59）"],
  ["x * * * *", "分の「x」は解釈できません（0〜59）"],
  ["", "crontab 式を入力してください。分・時・日・月・曜日の 5 項目で書きます（例: 30 2 * * mon-fri）"],
  ["* * * *", "「* * * *」は 4 項目しかありません。分・時・日・月・曜日の 5 項目で書きます（例: 30 2 * * mon-fri）"],
  [
    "* * * * * *",
    "「* * * * * *」は 6 項目あります。秒と年は指定できません。分・時・日・月・曜日の 5 項目で書きます（例: 30 2 * * mon-fri）",
  ],
  [
    "@reboot",
    "「@reboot」は使えません。マシンの起動は時刻ではないためです。@yearly、@annually、@monthly、@weekly、@daily、@midnight、@hourly のいずれか、または 5 項目で指定してください",
  ],
  ["0 0 1-28 * 5#5", "どの月にも日の「1-28」と曜日の「5#5」の両方に当たる日はないため、一度も実行されません"],
  ["0 0 31 2 *", "2 月に 31 日はないため、一度も実行されません。日は 29 以下にしてください（29 日はうるう年のみ）"],
  ["0 0 31 4,6 *", "4 月・6 月に 31 日はないため、一度も実行されません。日は 30 以下にしてください"],
])("the crontab %s is refused in Japanese", (expression, ja) => {
  expect(textOfCrontab(expression).ja).toBe(ja);
});

it("says the same in English as a sentence of its own", () => {
  expect(textOfCrontab("99 * * * *").en).toBe("Crontab minute '99' is out of range: expected 0-59");
});

it.each<[unknown, string]>([
  [{ kind: "interval", every: 0, period: "minutes" }, "間隔の「0」は使えません（1〜1000000 分の整数）"],
  [{ kind: "interval", period: "hours" }, "間隔を 1〜876000 時間の整数で指定してください"],
  [
    { kind: "interval", every: 1, period: "years" },
    "間隔の単位「years」はありません（seconds、minutes、hours、days、weeks、months のいずれか）",
  ],
  [{ kind: "solar", event: "sunset", latitude: 91, longitude: 0 }, "緯度の「91」は範囲外です（-90〜90 度）"],
  [{ kind: "solar", event: "sunset", latitude: "x", longitude: 0 }, "緯度の「x」は数値ではありません（-90〜90 度）"],
  [{ kind: "solar", event: "sunset", latitude: 0 }, "経度を指定してください"],
  [{ kind: "clocked" }, "実行日時を指定してください"],
  [{ kind: "hourly" }, "スケジュールの種類「hourly」はありません（interval、crontab、solar、clocked のいずれか）"],
])("%j is refused in Japanese", (definition, ja) => {
  expect(textOfDefinition(definition).ja).toBe(ja);
});

it("tells of a time that has passed and of an unknown zone in Japanese, with the zone that was meant", () => {
  expect(textOf(() => assertNotPast({ kind: "clocked", at: 1 }, 2)).ja).toBe(
    "この日時はすでに過ぎています。これから来る日時を指定してください",
  );
  expect(textOf(() => assertZone("Asia/Tokio")).ja).toBe(
    "タイムゾーン「Asia/Tokio」はありません。Asia/Tokyo や UTC のような IANA 名で指定してください。Asia/Tokyo ではありませんか",
  );
});

it("has a Japanese text for whatever is not a schedule", () => {
  const bad = [null, [], "x", 5, {}, { kind: "crontab" }, { kind: "crontab", expression: 5 }, { kind: "solar" }];
  const more = [
    { kind: "clocked", at: "soon" },
    { kind: "interval", every: 1, period: "days", anchor: "x" },
  ];
  for (const value of [...bad, ...more])
    expect(textOfDefinition(value).ja, JSON.stringify(value)).toMatch(/\p{sc=Hira}/u);
});
