import { defineMessages } from "../../i18n/define-messages.ts";

/** What the Overview says. */
export const useOverviewMessages = defineMessages(
  {
    title: "Overview",
    readFailed: "The overview could not be read.",
    wrong: "Is anything wrong?",
    allWell: "Nothing is wrong.",
    allWellText:
      "Schedules are on time, every queue has a worker, and no failed run of the last 24 hours waits for a person.",
    pausedQueue: (queue: string, count: string, n: number, by: string, reason: string) =>
      `${n === 1 ? "1 run waits" : `${count} runs wait`} in the queue '${queue}', which ${by} paused: ${reason}`,
    moreWarnings: (count: string) => `and ${count} more warnings`,
    drainedWorker: (worker: string, by: string, reason: string) =>
      `${worker} takes nothing more: ${by} drains it (${reason})`,
    unhandled: (count: string, n: number, capped: boolean) =>
      n === 1
        ? "1 run of the last 24 hours failed or was lost, and waits for a person"
        : `${capped ? "More than " : ""}${count} runs of the last 24 hours failed or were lost, and wait for a person`,
    failed: (name: string) => `${name}: the last run failed`,
    lost: (name: string) => `${name}: the last run was lost`,
    allFailed: "All failed and lost runs of the last 24 hours",
    running: "What is running?",
    nothingRuns: "Nothing runs at the moment.",
    allRunning: "All unfinished runs",
    upcoming: "What comes next?",
    nothingNext: "Nothing is due within the hour.",
    lane: "The next hour",
    minutes: (count: number) => `${count} min`,
    now: "now",
    more: (count: number) => `and ${count} more within the hour`,
    nobody: "This account may not see the overview.",
  },
  {
    title: "概要",
    readFailed: "概要を読み込めませんでした。",
    wrong: "異常はあるか",
    allWell: "異常はありません。",
    allWellText:
      "スケジュールは時刻どおりで、どのキューにもワーカーがいます。直近 24 時間に失敗し、対応待ちのままの実行もありません。",
    pausedQueue: (queue, count, _n, by, reason) =>
      `キュー「${queue}」は ${by} が一時停止中で、${count} 件の実行が待機しています: ${reason}`,
    moreWarnings: (count) => `ほかに警告が ${count} 件あります`,
    drainedWorker: (worker, by, reason) => `${worker} は ${by} がドレイン中で、新しい実行を取り出しません: ${reason}`,
    unhandled: (count, _n, capped) =>
      `直近 24 時間に失敗・消息不明となり、対応待ちの実行が ${count} 件${capped ? "以上" : ""}あります`,
    failed: (name) => `${name}: 直近の実行が失敗`,
    lost: (name) => `${name}: 直近の実行が消息不明`,
    allFailed: "直近 24 時間の失敗・消息不明をすべて見る",
    running: "いま動いているもの",
    nothingRuns: "いま動いているものはありません。",
    allRunning: "未完了の実行をすべて見る",
    upcoming: "このあと動くもの",
    nothingNext: "1 時間以内の予定はありません。",
    lane: "これから 1 時間",
    minutes: (count) => `${count} 分`,
    now: "今",
    more: (count) => `1 時間以内にほか ${count} 件`,
    nobody: "このアカウントでは概要を表示できません。",
  },
);
