import { defineMessages } from "../i18n/define-messages.ts";

/** What a pause says of itself, wherever it is made or met. */
export const usePauseMessages = defineMessages(
  {
    about:
      "Nothing is sent while it is paused; the ledger notes each time as skipped, with the reason. Running ones go on.",
    reason: "Reason",
    reasonHelp: "Shown to everybody who looks here.",
    until: "Until",
    untilHelp: (zone: string) => `Empty: until somebody resumes it. On the clock of ${zone}.`,
    ends: { hour: "In an hour", fourHours: "In 4 hours", tomorrow: "Tomorrow 9:00", monday: "Monday 9:00" },
    action: "Pause",
    /** Who paused what, and why. */
    inForce: {
      all: (by: string, reason: string) => `Everything is paused by ${by}: ${reason}`,
      tag: (tag: string, by: string, reason: string) => `The tag #${tag} is paused by ${by}: ${reason}`,
      periodicTask: (by: string, reason: string) => `Paused by ${by}: ${reason}`,
      schedule: (by: string, reason: string) => `This schedule is paused by ${by}: ${reason}`,
    },
    untilWord: "until",
    resume: "Resume",
    all: "All pauses",
  },
  {
    about: "停止中は何も送らず、来た時刻は理由とともに「見送り」と記録します。実行中のものはそのまま続きます。",
    reason: "理由",
    reasonHelp: "ここを見た人全員に表示されます。",
    until: "再開する日時",
    untilHelp: (zone) => `空欄なら、誰かが再開するまで止めます。${zone} の時計での時刻です。`,
    ends: { hour: "1 時間後", fourHours: "4 時間後", tomorrow: "明日 9:00", monday: "月曜 9:00" },
    action: "一時停止",
    inForce: {
      all: (by, reason) => `すべて一時停止中（${by}）: ${reason}`,
      tag: (tag, by, reason) => `タグ #${tag} を一時停止中（${by}）: ${reason}`,
      periodicTask: (by, reason) => `${by} が一時停止中: ${reason}`,
      schedule: (by, reason) => `このスケジュールを一時停止中（${by}）: ${reason}`,
    },
    untilWord: "再開予定",
    resume: "再開",
    all: "一時停止の一覧",
  },
);
