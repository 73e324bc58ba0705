import { HyoshiError } from "../base/error.ts";
import type { FieldError } from "../base/field-error.ts";

export const unknownSchedule = (index: number, id: number): FieldError => ({
  path: `/scheduleIds/${index}`,
  code: "unknown_schedule",
  detail: `schedule ${id} is not one of this periodic task's`,
  text: {
    en: `Schedule ${id} is not one of this periodic task's`,
    ja: `スケジュール ${id} はこの定期タスクのものではありません`,
  },
});

export const wrongOrder: FieldError = {
  path: "/to",
  code: "not_accepted",
  detail: "lies before the beginning: expected a time after 'from'",
  accepted: "a time after 'from'",
  text: { en: "Lies before the beginning", ja: "開始より後の日時にしてください" },
};

export const notPassed: FieldError = {
  path: "/to",
  code: "not_accepted",
  detail: "has not passed yet: times to come are fired by beat",
  accepted: "a time that has passed",
  text: {
    en: "Has not passed yet: times to come fire by themselves",
    ja: "まだ過ぎていません。これからの時刻は自動で実行されます",
  },
};

export function tooMany(cap: number, highest: number): HyoshiError {
  return new HyoshiError(
    "backfill_too_large",
    `the stretch holds more than ${cap} nominal times to send: choose a shorter one, or a higher cap (at most ${highest})`,
    {
      fields: {
        cap,
        path: "/cap",
        text: {
          en: `More than ${cap} runs would be sent: choose a shorter stretch, or raise the limit.`,
          ja: `${cap} 件を超える実行になります。期間を短くするか、上限を上げてください。`,
        },
      },
    },
  );
}

export function tooLong(lookedAt: number): HyoshiError {
  return new HyoshiError(
    "backfill_too_large",
    `the stretch holds more than ${lookedAt} nominal times: choose a shorter one`,
    {
      fields: {
        path: "/from",
        text: {
          en: `The stretch holds more than ${lookedAt} times: choose a shorter one.`,
          ja: `この期間には ${lookedAt} 件を超える時刻があります。期間を短くしてください。`,
        },
      },
    },
  );
}
