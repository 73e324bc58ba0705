import { defineMessages } from "./define-messages.ts";

/** The word of each run state, verdict and outcome. */
export const useStateWords = defineMessages(
  {
    unpublished: "being sent",
    ready: "waiting",
    scheduled: "scheduled",
    held: "held",
    running: "running",
    succeeded: "succeeded",
    failed: "failed",
    cancelled: "cancelled",
    expired: "expired",
    lost: "lost",
    retrying: "retrying",
    retried: "retried",
    late: "too late",
    sent: "sent",
    moved: "moved",
    merged: "merged",
    skipped: "skipped",
    missed: "missed",
    off: "off",
  },
  {
    unpublished: "送信中",
    ready: "待機中",
    scheduled: "予約済み",
    held: "保留",
    running: "実行中",
    succeeded: "成功",
    failed: "失敗",
    cancelled: "取消",
    expired: "期限切れ",
    lost: "消息不明",
    retrying: "再試行待ち",
    retried: "再試行",
    late: "時間切れ後",
    sent: "送信",
    moved: "移動",
    merged: "統合",
    skipped: "見送り",
    missed: "逃した",
    off: "無効",
  },
);

export type StateWord = keyof ReturnType<typeof useStateWords>;

/** A state that this version does not know is shown as it came. */
export function wordOf(words: ReturnType<typeof useStateWords>, state: string): string {
  return state in words ? words[state as StateWord] : state;
}
