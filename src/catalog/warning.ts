import type { Bilingual } from "../base/bilingual.ts";
import type { FieldError } from "../base/field-error.ts";

/** What the reader of a periodic task or a run can act on. */
export interface Warning {
  readonly code:
    | "unknown_task"
    | "task_without_worker"
    | "queue_without_worker"
    | "queue_paused"
    | "waits_for_rate"
    | "waits_for_slot"
    | "invalid_input"
    | "schedule_error"
    | "holidays_run_out"
    | "replan_due"
    | "clock_change"
    | "zone_change";
  readonly text: Bilingual;
}

export const unknownTask = (task: string): Warning => ({
  code: "unknown_task",
  text: {
    en: `No process has announced the task '${task}': its runs wait until a worker has it`,
    ja: `タスク「${task}」はどのプロセスからも通知されていません。このタスクを持つワーカーが現れるまで実行は待機します`,
  },
});

export const taskWithoutWorker = (task: string): Warning => ({
  code: "task_without_worker",
  text: {
    en: `No live worker has the task '${task}': its runs wait until one does`,
    ja: `タスク「${task}」を持つ稼働中のワーカーがありません。現れるまで実行は待機します`,
  },
});

export const queueWithoutWorker = (queue: string): Warning => ({
  code: "queue_without_worker",
  text: {
    en: `No live worker serves the queue '${queue}': what is sent to it waits`,
    ja: `キュー「${queue}」を処理する稼働中のワーカーがありません。送られた実行は待機します`,
  },
});

export const queuePaused = ({ scopeId, by, reason }: { scopeId: string; by: string; reason: string }): Warning => ({
  code: "queue_paused",
  text: {
    en: `The queue '${scopeId}' is paused by ${by}: ${reason}`,
    ja: `キュー「${scopeId}」は ${by} が一時停止しています: ${reason}`,
  },
});

export const waitsForRate = (task: string): Warning => ({
  code: "waits_for_rate",
  text: {
    en: `Held until it has its turn: the rate of '${task}' is limited`,
    ja: `順番待ちで保留中です。「${task}」には実行頻度の上限があります`,
  },
});

export const waitsForSlot = (task: string, key: string): Warning => ({
  code: "waits_for_slot",
  text: {
    en: `Held until another run of '${task}'${key === "" ? "" : ` with the key '${key}'`} has ended: no more of them may run at once`,
    ja: `「${task}」${key === "" ? "" : `（キー「${key}」）`}の同時実行数が上限に達しているため、ほかの実行が終わるまで保留中です`,
  },
});

export const inputDoesNotFit = ({ path, detail, text }: FieldError): Warning => ({
  code: "invalid_input",
  text: {
    en: `The input does not fit the task's schema: ${path} ${detail}`,
    ja: `入力がタスクのスキーマに合いません: ${path} ${text?.ja ?? detail}`,
  },
});

/** `error` is what beat wrote; `text` the same fault in words, where it is found again. */
export const scheduleBroken = (name: string, error: string, text: Bilingual | undefined): Warning => ({
  code: "schedule_error",
  text: {
    en: `${name === "" ? "A schedule" : `The schedule '${name}'`} cannot be computed and does not fire: ${error}`,
    ja: `${name === "" ? "スケジュール" : `スケジュール「${name}」`}を計算できないため、実行されません。${text?.ja ?? error}`,
  },
});

/** `until` is the last day whose holidays are known. */
export const holidaysRunOut = (calendar: string, until: string): Warning => ({
  code: "holidays_run_out",
  text: {
    en: `The holidays of the calendar '${calendar}' are known until ${until} only: beyond it, only weekends and own dates count. Extend its years`,
    ja: `カレンダー「${calendar}」の祝日は ${until} までしか登録されていません。それ以降は週末と独自の日付だけが休業日になります。年の範囲を延ばしてください`,
  },
});
