import type { Bilingual } from "../base/bilingual.ts";
import type { Instant } from "../base/clock.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { Reason } from "../firing/decision.ts";

interface Told {
  readonly count: number | null;
  readonly runId: string | null;
  readonly detail: { readonly [key: string]: Json } | null;
  readonly decidedAt: Instant;
  readonly nominalAt: Instant;
}

type Words = (told: Told) => Bilingual;

/** Why a nominal time has its verdict, in a sentence. */
const words: Readonly<Record<Reason, Words>> = {
  on_time: () => ({ en: "Sent on time", ja: "時刻どおりに送信しました" }),
  caught_up: ({ decidedAt, nominalAt }) => ({
    en: `Sent ${lateness(decidedAt - nominalAt).en} late: no beat ran at its time`,
    ja: `その時刻に beat が動いていなかったため、${lateness(decidedAt - nominalAt).ja}遅れて送信しました`,
  }),
  same_instant: () => ({
    en: "Another schedule of this periodic task sent the same run at this instant",
    ja: "同じ時刻に、この定期タスクの別のスケジュールが同じ実行を送信しました",
  }),
  overlap: ({ detail }) => {
    const earlier = typeof detail?.runId === "string" ? detail.runId : undefined;
    return {
      en: `Skipped: an earlier run had not finished${earlier === undefined ? "" : ` (${earlier})`}`,
      ja: `前の実行が終わっていなかったため、見送りました${earlier === undefined ? "" : `（${earlier}）`}`,
    };
  },
  paused: ({ count }) => ({
    en: count === 1 ? "Skipped: it was paused" : "Skipped: it was paused during these times",
    ja: "一時停止中のため、見送りました",
  }),
  superseded: ({ count }) => ({
    en:
      count === 1
        ? "Missed: no beat ran, and a later time was due as well"
        : "Missed: no beat ran, and only the latest of these times was sent",
    ja: "beat が動いていなかった間の時刻です。最も新しい時刻の分だけを送信しました",
  }),
  replanned: () => ({
    en: "Missed: the schedule was changed before a beat came to it",
    ja: "beat が処理する前にスケジュールが変更されました",
  }),
  disabled: ({ count }) => ({
    en: count === 1 ? "It was switched off" : "It was switched off during these times",
    ja: "無効になっていました",
  }),
  cannot_compute: ({ detail }) => {
    const message = isJsonObject(detail) && typeof detail.message === "string" ? `: ${detail.message}` : "";
    return {
      en: `The schedule cannot be computed${message}`,
      ja: `スケジュールを計算できません${message}`,
    };
  },
};

/** A reason that this version does not know is shown by its code. */
export function describeReason(reason: string, told: Told): Bilingual {
  const tell = Object.hasOwn(words, reason) ? words[reason as Reason] : undefined;
  return tell?.(told) ?? { en: reason, ja: reason };
}

function lateness(ms: number): Bilingual {
  const units = [
    { ms: 86_400_000, en: "day", ja: "日" },
    { ms: 3_600_000, en: "hour", ja: "時間" },
    { ms: 60_000, en: "minute", ja: "分" },
    { ms: 1_000, en: "second", ja: "秒" },
  ];
  const unit = units.find((candidate) => ms >= candidate.ms) ?? { ms: 1_000, en: "second", ja: "秒" };
  const n = Math.max(1, Math.floor(ms / unit.ms));
  return { en: `${n} ${unit.en}${n === 1 ? "" : "s"}`, ja: `${n} ${unit.ja}` };
}
