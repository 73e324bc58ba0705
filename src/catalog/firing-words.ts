import type { Bilingual } from "../base/bilingual.ts";
import type { Instant } from "../base/clock.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { Reason } from "../firing/decision.ts";
import { formatLocal } from "../schedule/time-zone.ts";

interface Told {
  readonly count: number | null;
  readonly runId: string | null;
  readonly detail: { readonly [key: string]: Json } | null;
  readonly decidedAt: Instant;
  readonly nominalAt: Instant;
  /** Of the schedule at that time; null where that is not known. */
  readonly zone: string | null;
}

type Words = (told: Told) => Bilingual;

/** Why a nominal time has its verdict, in a sentence. */
const words: Readonly<Record<Reason, Words>> = {
  on_time: ({ detail }) => (isEarly(detail) ? early : { en: "Sent on time", ja: "時刻どおりに送信しました" }),
  caught_up: ({ decidedAt, nominalAt, detail }) =>
    isEarly(detail)
      ? early
      : {
          en: `Sent ${lateness(decidedAt - nominalAt).en} late: no beat ran at its time`,
          ja: `その時刻に beat が動いていなかったため、${lateness(decidedAt - nominalAt).ja}遅れて送信しました`,
        },
  waited: ({ detail }) => ({
    en: `Sent when an earlier run had ended${run(detail).en}`,
    ja: `前の実行が終わるのを待って送信しました${run(detail).ja}`,
  }),
  waiting: ({ detail }) => ({
    en: `Held until an earlier run ends${run(detail).en}`,
    ja: `前の実行が終わるのを待っています${run(detail).ja}`,
  }),
  moved: ({ detail, zone, count }) => {
    const to = typeof detail?.movedTo === "number" ? localText(detail.movedTo, zone) : undefined;
    const gap = detail?.why === "daylight_saving";
    const target = { en: to === undefined ? "" : ` to ${to}`, ja: to === undefined ? "別の時刻" : ` ${to} ` };
    const subject = count === 1 ? "the clock leaves it out" : "the clock leaves them out";
    return gap
      ? { en: `Moved${target.en}: ${subject}`, ja: `時計の変更で存在しない時刻のため、${target.ja}に移しました` }
      : {
          en: `Moved${target.en}: the calendar is closed on that day`,
          ja: `カレンダーの休業日のため、${target.ja}に移しました`,
        };
  },
  same_instant: () => ({
    en: "Another schedule of this periodic task sent the same run at this instant",
    ja: "同じ時刻に、この定期タスクの別のスケジュールが同じ実行を送信しました",
  }),
  overlap: ({ detail }) => ({
    en: `Skipped: an earlier run had not finished${run(detail).en}`,
    ja: `前の実行が終わっていなかったため、見送りました${run(detail).ja}`,
  }),
  limit: ({ detail }) => ({
    en: `Skipped: as many runs as are allowed at once had not finished${run(detail).en}`,
    ja: `同時に実行できる数に達していたため、見送りました${run(detail).ja}`,
  }),
  queue_full: () => ({
    en: "Skipped: as many runs as may wait were waiting",
    ja: "待機できる数に達していたため、見送りました",
  }),
  replaced: ({ detail }) => ({
    en: `Skipped: a later run took its place while it waited${run(detail).en}`,
    ja: `待っている間に、後の実行に置き換えられました${run(detail).ja}`,
  }),
  expired: () => ({
    en: "Skipped: it had expired before an earlier run ended",
    ja: "前の実行が終わる前に期限が切れたため、見送りました",
  }),
  cancelled: () => ({
    en: "Skipped: it was cancelled while it waited for an earlier run",
    ja: "前の実行を待っている間に取り消されました",
  }),
  paused: ({ count, detail }) => {
    const by = typeof detail?.by === "string" && detail.by !== "" ? detail.by : undefined;
    const reason = typeof detail?.reason === "string" && detail.reason !== "" ? detail.reason : undefined;
    const scope = Object.hasOwn(scopes, String(detail?.scope)) ? scopes[String(detail?.scope)] : undefined;
    const named = detail?.scope === "tag" && typeof detail.scopeId === "string" ? detail.scopeId : undefined;
    const en = scope === undefined ? "it was" : named === undefined ? `${scope.en} was` : `${scope.en} “${named}” was`;
    const ja = scope === undefined ? "" : named === undefined ? `${scope.ja}が` : `${scope.ja}「${named}」が`;
    const why = { en: reason === undefined ? "" : `: ${reason}`, ja: reason === undefined ? "" : `（${reason}）` };
    const who = { en: by === undefined ? "" : ` by ${by}`, ja: by === undefined ? "" : `${by} により` };
    return {
      en: `Skipped: ${en} paused${count === 1 ? "" : " during these times"}${who.en}${why.en}`,
      ja: `${who.ja}${ja}一時停止中のため、見送りました${why.ja}`,
    };
  },
  calendar: () => ({
    en: "Skipped: the calendar is closed on that day",
    ja: "カレンダーの休業日のため、見送りました",
  }),
  daylight_saving: ({ count }) => ({
    en:
      count === 1
        ? "Skipped: the clock leaves it out or shows it twice"
        : "Skipped: the clock leaves them out or shows them twice",
    ja: "時計の変更で存在しない、または 2 回現れる時刻のため、見送りました",
  }),
  ended: () => ({
    en: "Skipped: as many runs as were wanted have been sent",
    ja: "決められた回数の実行を送り終えていたため、見送りました",
  }),
  held: ({ detail }) => {
    const count = typeof detail?.count === "number" ? detail.count : undefined;
    return detail?.kind === "failures"
      ? {
          en: `Skipped: ${count ?? "several"} runs had failed in a row${run(detail).en}`,
          ja: `${count === undefined ? "" : `${count} 回`}続けて失敗していたため、見送りました${run(detail).ja}`,
        }
      : {
          en: `Skipped: a run had failed, and nobody had released it yet${run(detail).en}`,
          ja: `失敗した実行があり、まだ解除されていなかったため、見送りました${run(detail).ja}`,
        };
  },
  superseded: ({ count }) => ({
    en:
      count === 1
        ? "Missed: no beat ran, and a later time was due as well"
        : "Missed: no beat ran, and only the latest of these times was sent",
    ja: "beat が動いていなかった間の時刻です。最も新しい時刻の分だけを送信しました",
  }),
  late: ({ count }) => ({
    en: `Missed: no beat ran at ${count === 1 ? "its time" : "these times"}, and nothing is sent late`,
    ja: "その時刻に beat が動いていませんでした。遅れた分は送信しない設定です",
  }),
  window: ({ count }) => ({
    en: `Missed: ${count === 1 ? "it was" : "they were"} older than what is made up for`,
    ja: "さかのぼって送信する期間より前の時刻のため、送信しませんでした",
  }),
  cap: ({ count }) => ({
    en: `Missed: more times were late than are made up for, and ${count === 1 ? "this was among the oldest" : "these were the oldest"}`,
    ja: "遅れた時刻の数が、さかのぼって送信する上限を超えていたため、古いものは送信しませんでした",
  }),
  clock_jump: ({ count }) => ({
    en: `Missed: the host's clock jumped over ${count === 1 ? "it" : "them"}`,
    ja: "コンピューターの時計が飛んだため、その間の時刻は送信しませんでした",
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

const scopes: Readonly<Record<string, Bilingual>> = {
  all: { en: "everything", ja: "すべて" },
  tag: { en: "the tag", ja: "タグ" },
  "periodic-task": { en: "it", ja: "この定期タスク" },
  schedule: { en: "this schedule", ja: "このスケジュール" },
};

/** Whether a clock was ahead when it was sent. */
function isEarly(detail: Told["detail"]): boolean {
  return detail?.early === true;
}

const early: Bilingual = {
  en: "Sent too early: the clock was ahead, and has been set back since",
  ja: "時計が進んでいたため、本来の時刻より早く送信しました（時計はその後戻されました）",
};

/** The other run that was in the way. */
function run(detail: Told["detail"]): Bilingual {
  const id = detail?.runId;
  return typeof id === "string" ? { en: ` (${id})`, ja: `（${id}）` } : { en: "", ja: "" };
}

/** To the minute, as the schedule's clock reads it. */
function localText(at: Instant, zone: string | null): string {
  const text = formatLocal(at, zone ?? "UTC");
  return `${text.slice(0, 10)} ${text.slice(11, 16)}${zone === null ? " UTC" : ""}`;
}

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
