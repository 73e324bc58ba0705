import type { Bilingual } from "../base/bilingual.ts";
import type { AnnouncedLimits } from "../control/process-registry.ts";

const UNITS: readonly (readonly [number, string, string])[] = [
  [1_000, "second", "1 秒"],
  [60_000, "minute", "1 分"],
  [3_600_000, "hour", "1 時間"],
];

/** What bounds a task's runs, in a line; null: nothing does. */
export function describeLimits(limits: AnnouncedLimits | undefined): Bilingual | null {
  const parts =
    limits === undefined ? [] : [...concurrencyOf(limits), ...rateOf(limits), ...softOf(limits), ...uniqueOf(limits)];
  if (parts.length === 0) return null;
  return { en: parts.map(({ en }) => en).join(" · "), ja: parts.map(({ ja }) => ja).join("・") };
}

function concurrencyOf({ concurrency }: AnnouncedLimits): Bilingual[] {
  if (concurrency === undefined) return [];
  const { limit, byKey } = concurrency;
  return [
    {
      en: `at most ${limit} at once${byKey ? " for each key" : ""}`,
      ja: `同時実行は${byKey ? "キーごとに" : ""} ${limit} 件まで`,
    },
  ];
}

function rateOf({ rateLimit }: AnnouncedLimits): Bilingual[] {
  if (rateLimit === undefined) return [];
  const { limit, perMs } = rateLimit;
  const [, en, ja] = UNITS.find(([ms]) => ms === perMs) ?? [perMs, `span of ${perMs} ms`, `${perMs} ミリ秒`];
  return [{ en: `at most ${limit} in a ${en}`, ja: `${ja}に ${limit} 件まで` }];
}

function softOf({ softTimeLimitMs }: AnnouncedLimits): Bilingual[] {
  if (softTimeLimitMs === undefined) return [];
  const seconds = softTimeLimitMs / 1_000;
  return [{ en: `asked to end after ${seconds} s`, ja: `${seconds} 秒で終了を求める` }];
}

function uniqueOf({ unique }: AnnouncedLimits): Bilingual[] {
  if (unique === undefined) return [];
  const { forMs } = unique;
  return forMs === null
    ? [{ en: "one unfinished run for equal sends", ja: "同じ送信は未完了の実行 1 件にまとめる" }]
    : [{ en: `one run for equal sends in ${forMs / 1_000} s`, ja: `同じ送信は ${forMs / 1_000} 秒間 1 件にまとめる` }];
}
