import { defineMessages } from "../../i18n/define-messages.ts";

/** What holding back queues, workers and hosts says. */
export const useHoldMessages = defineMessages(
  {
    actions: "Actions",
    pause: "Pause",
    resume: "Resume",
    purge: "Purge",
    pauseThat: (queue: string) => `Pause the queue ${queue}`,
    resumeThat: (what: string) => `Resume ${what}`,
    purgeThat: (queue: string) => `Purge the queue ${queue}`,
    pauseAbout:
      "Workers take nothing from it. What they have taken goes on, and what is sent waits until the queue is resumed. Python's workers do not know of it.",
    paused: (queue: string) => `The queue ${queue} is paused`,
    resumed: (what: string) => `${what} is resumed`,
    pausedBy: (by: string, reason: string) => `Paused by ${by}: ${reason}`,
    until: "until",
    purgeAbout: (count: string, n: number) =>
      `${n === 1 ? "1 run waits in it or is held, and will be cancelled." : `${count} runs wait in it or are held, and will be cancelled.`} What is being executed goes on. There is no way back.`,
    purgeNothing: "Nothing waits in it.",
    purgeMessages: (count: string) =>
      `The broker holds ${count} messages of it, which are removed, those of Celery's clients as well.`,
    purgeScheduled: "Also what is to begin later",
    purgeAction: (count: string, n: number) => (n === 1 ? "Cancel 1 run" : `Cancel ${count} runs`),
    removeAction: (count: string, n: number) => (n === 1 ? "Remove 1 message" : `Remove ${count} messages`),
    keep: "Leave it as it is",
    purged: (queue: string, count: string, n: number) =>
      n === 1 ? `1 run of ${queue} is cancelled` : `${count} runs of ${queue} are cancelled`,
    removed: (queue: string, count: string, n: number) =>
      n === 1 ? `1 message of ${queue} is removed` : `${count} messages of ${queue} are removed`,
    drain: "Drain",
    drainWorker: "Drain this worker",
    drainHost: (host: string) => `Drain all workers of ${host}`,
    resumeHost: (host: string) => `Resume all workers of ${host}`,
    drainAbout: "It takes nothing more and finishes what it has. Then it waits until it is resumed or stopped.",
    drainHostAbout:
      "They take nothing more and finish what they have; so do those that start later, until the host is resumed.",
    drainingNow: (by: string, reason: string, running: string) =>
      `Takes nothing more (${by}: ${reason}); ${running} being executed still`,
    drainedNow: (by: string, reason: string) => `Drained (${by}: ${reason}): nothing is being executed`,
    drained: (what: string) => `${what} takes nothing more`,
  },
  {
    actions: "操作",
    pause: "一時停止",
    resume: "再開",
    purge: "空にする",
    pauseThat: (queue) => `キュー ${queue} を一時停止`,
    resumeThat: (what) => `${what} を再開`,
    purgeThat: (queue) => `キュー ${queue} を空にする`,
    pauseAbout:
      "ワーカーはこのキューから取り出さなくなります。取り出し済みの実行は続き、新しく送られた実行は再開されるまで待機します。Python のワーカーには適用されません。",
    paused: (queue) => `キュー ${queue} を一時停止しました`,
    resumed: (what) => `${what} を再開しました`,
    pausedBy: (by, reason) => `${by} が一時停止中: ${reason}`,
    until: "再開予定",
    purgeAbout: (count) => `待機中・保留中の実行 ${count} 件を取り消します。実行中のものは続きます。元に戻せません。`,
    purgeNothing: "待機中の実行はありません。",
    purgeMessages: (count) =>
      `ブローカーにある ${count} 件のメッセージ（Celery クライアントのものを含む）も削除します。`,
    purgeScheduled: "あとで始まる予定の実行も含める",
    purgeAction: (count) => `実行 ${count} 件を取り消す`,
    removeAction: (count) => `メッセージ ${count} 件を削除`,
    keep: "そのままにする",
    purged: (queue, count) => `${queue} の実行 ${count} 件を取り消しました`,
    removed: (queue, count) => `${queue} のメッセージ ${count} 件を削除しました`,
    drain: "ドレイン",
    drainWorker: "このワーカーをドレイン",
    drainHost: (host) => `${host} の全ワーカーをドレイン`,
    resumeHost: (host) => `${host} の全ワーカーを再開`,
    drainAbout: "新しい実行を取り出さず、手元の実行を終えます。その後は、再開するか停止するまで待機します。",
    drainHostAbout:
      "新しい実行を取り出さず、手元の実行を終えます。ホストを再開するまで、あとから起動したワーカーも同じです。",
    drainingNow: (by, reason, running) => `取り出しを停止中（${by}: ${reason}）。残り ${running} 件を実行しています`,
    drainedNow: (by, reason) => `ドレイン済み（${by}: ${reason}）。実行中のものはありません`,
    drained: (what) => `${what} は新しい実行を取り出しません`,
  },
);
