import { defineMessages } from "../../../i18n/define-messages.ts";

const ordinals = ["", "first", "second", "third", "fourth", "fifth"];
const ordinal = (count: number): string => {
  const teen = count % 100 >= 11 && count % 100 <= 13;
  const end = teen ? "th" : (["th", "st", "nd", "rd"][count % 10] ?? "th");
  return `${count}${end}`;
};

/** What the rules of a schedule's times say, beside its kind's own fields. */
export const useWhenMessages = defineMessages(
  {
    days: {
      label: "When day and weekday are both given",
      and: "both must match",
      or: "either is enough, as in classic cron",
    },
    accepts: {
      minute: "0–59 · 0,30 · 10-20 · */15 · H: a minute of its own",
      hour: "0–23 · 9,17 · 9-17 · */2 · H: an hour of its own",
      day: "1–31 · L the last · L-3 three days before it · 15W the weekday nearest the 15th · LW the last weekday",
      month: "1–12 or jan–dec · 1,7 · 4-6 · */3",
      weekday: "0–6 from Sunday, or sun–sat · 1-5 · 5L the last Friday · 5#2 the second Friday",
    },
    notes: {
      name: (token: string, stands: string) => `${token} stands for ${stands}.`,
      last: (token: string) => `${token}: the month's last day.`,
      beforeLast: (token: string, days: number) =>
        `${token}: ${days === 1 ? "the day" : `${days} days`} before the month's last.`,
      nearest: (token: string, day: number) =>
        `${token}: the weekday, Monday to Friday, that is nearest the ${ordinal(day)} in its month.`,
      lastWorkday: (token: string) => `${token}: the month's last weekday, Monday to Friday.`,
      lastWeekday: (token: string, weekday: string) => `${token}: the month's last ${weekday}.`,
      nthWeekday: (token: string, nth: number, weekday: string) =>
        `${token}: the ${ordinals[nth]} ${weekday} of the month${nth === 5 ? ", in months that have one" : ""}.`,
      hashed: (token: string) =>
        `${token}: a value of this schedule's own, the same every time, so that not all start at once.`,
    },
    spread: {
      offer: "Many schedules start at this very minute.",
      action: (expression: string) => `Spread by hash: ${expression}`,
    },
    rules: {
      more: "Bounds, calendar, jitter, name …",
      less: "Fewer details",
      definition: "Times",
      startsAt: "From",
      startsAtHelp: "Empty: from now on.",
      endsAt: "Until",
      endsAtHelp: "Empty: without end. A time at this very moment still counts.",
      calendar: "Calendar",
      noCalendar: "None: every day alike",
      calendarGone: (id: number) => `calendar ${id}, which is gone`,
      calendarHelp: "Days on which it does not fire.",
      calendarRule: "On a closed day",
      calendarRules: {
        skip: "skip the time",
        previous: "move it to the business day before",
        next: "move it to the next business day",
      },
      jitter: "Start up to so much later",
      jitterHelp: "Empty: at once. Each run has a delay of its own; its nominal time stays.",
      jitterEffect: (time: string, from: string, until: string) =>
        `The run of ${time} begins between ${from} and ${until}.`,
      gap: "A time that the clock leaves out",
      gaps: {
        default: "run right after (the default)",
        after: "run right after",
        skip: "skip it",
      },
      fold: "A time that the clock shows twice",
      folds: {
        default: "run at the first (the default)",
        first: "run at the first",
        second: "run at the second",
        both: "run at both",
      },
      elapsed: "By default, a schedule of every hour goes on by elapsed time, with no hole and no double.",
    },
    preview: {
      perDay: (count: string) => `${count} a day`,
      upTo: (count: string) => `up to ${count} a day`,
      movedTo: (time: string) => `moved to ${time}`,
      window: "Times between two dates",
      windowFrom: "Between",
      windowUntil: "and",
      windowCount: (count: string, capped: boolean) =>
        `${capped ? "more than " : ""}${count} ${count === "1" && !capped ? "time" : "times"}`,
      windowNone: "No time lies between these.",
      windowRest: (count: string) => `and ${count} more`,
    },
  },
  {
    days: {
      label: "日と曜日の両方を指定したとき",
      and: "両方に合う日だけ",
      or: "どちらかに合えばよい（従来の cron と同じ）",
    },
    accepts: {
      minute: "0〜59・0,30・10-20・*/15・H（固有の分）",
      hour: "0〜23・9,17・9-17・*/2・H（固有の時）",
      day: "1〜31・L（最終日）・L-3（最終日の 3 日前）・15W（15 日に最も近い平日）・LW（最後の平日）",
      month: "1〜12 または jan〜dec・1,7・4-6・*/3",
      weekday: "0〜6（0 が日曜）または sun〜sat・1-5・5L（最後の金曜）・5#2（第 2 金曜）",
    },
    notes: {
      name: (token, stands) => `${token} は ${stands} と同じです。`,
      last: (token) => `${token}: 月の最終日`,
      beforeLast: (token, days) => `${token}: 月の最終日の ${days} 日前`,
      nearest: (token, day) => `${token}: その月の中で ${day} 日に最も近い平日（月〜金）`,
      lastWorkday: (token) => `${token}: 月の最後の平日（月〜金）`,
      lastWeekday: (token, weekday) => `${token}: 月の最後の${weekday}`,
      nthWeekday: (token, nth, weekday) => `${token}: 第 ${nth} ${weekday}${nth === 5 ? "（ある月だけ）" : ""}`,
      hashed: (token) => `${token}: このスケジュールに固有の値で、毎回同じです。開始が一斉に重なるのを防ぎます。`,
    },
    spread: {
      offer: "この分に始まるスケジュールは多く、負荷が集中しがちです。",
      action: (expression) => `分散させる: ${expression}`,
    },
    rules: {
      more: "期間・カレンダー・名前など",
      less: "詳細を閉じる",
      definition: "時刻の決め方",
      startsAt: "開始日時",
      startsAtHelp: "空欄なら今すぐ有効です。",
      endsAt: "終了日時",
      endsAtHelp: "空欄なら期限なし。ちょうどこの時刻の分までは実行します。",
      calendar: "カレンダー",
      noCalendar: "なし（毎日同じ扱い）",
      calendarGone: (id) => `削除されたカレンダー（${id}）`,
      calendarHelp: "休業日には発火しません。",
      calendarRule: "休業日に当たったら",
      calendarRules: {
        skip: "見送る",
        previous: "前の営業日に繰り上げる",
        next: "次の営業日に繰り延べる",
      },
      jitter: "開始をずらす幅（最大）",
      jitterHelp: "空欄ならずらしません。ずれは実行ごとに異なりますが、予定時刻は変わりません。",
      jitterEffect: (time, from, until) => `${time} の分は、${from} から ${until} までの間に始まります。`,
      gap: "夏時間で飛ばされる時刻",
      gaps: {
        default: "直後に実行（既定）",
        after: "直後に実行",
        skip: "見送る",
      },
      fold: "夏時間の終わりに 2 回来る時刻",
      folds: {
        default: "1 回目に実行（既定）",
        first: "1 回目に実行",
        second: "2 回目に実行",
        both: "2 回とも実行",
      },
      elapsed: "既定では、毎時のスケジュールは経過時間で進み、抜けも重複もありません。",
    },
    preview: {
      perDay: (count) => `1 日に ${count} 回`,
      upTo: (count) => `1 日に最大 ${count} 回`,
      movedTo: (time) => `${time} に移動`,
      window: "期間を指定して確かめる",
      windowFrom: "いつから",
      windowUntil: "いつまで",
      windowCount: (count, capped) => `${count} 回${capped ? "以上" : ""}`,
      windowNone: "この期間に実行はありません。",
      windowRest: (count) => `ほか ${count} 回`,
    },
  },
);
