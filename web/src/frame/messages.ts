import { defineMessages } from "../i18n/define-messages.ts";

export const useFrameMessages = defineMessages(
  {
    skip: "Skip to content",
    menu: "Menu",
    search: "Search periodic tasks",
    searchAll: (text: string) => `All that match “${text}”`,
    language: "Language",
    theme: { label: "Appearance", system: "As the system", light: "Light", dark: "Dark" },
    signOut: "Sign out",
    user: (name: string) => `Signed in as ${name}`,
    connection: {
      lost: "No connection. What you see may be out of date; trying again …",
      retry: "Try now",
    },
    health: {
      label: "Health",
      beats: (count: number) => `beat ${count}`,
      workers: (count: number) => `worker ${count}`,
      allWell: "All is well",
      explain: (beats: number, workers: number) =>
        `${beats} ${beats === 1 ? "beat" : "beats"} and ${workers} ${workers === 1 ? "worker" : "workers"} are alive.`,
      onTime: "Every schedule is on time.",
      late: (duration: string) => `The oldest due schedule is ${duration} late.`,
      noBeat: "No beat is alive: nothing is fired until one runs. Start one with",
      noWorker: "No worker is alive: what is sent waits. Start one with",
      queue: (queue: string, waiting: number) =>
        `Queue ${queue} has ${waiting} waiting ${waiting === 1 ? "run" : "runs"} and no worker that serves it.`,
      unknown: "The server's health is not known.",
      more: "All beats, workers and queues",
    },
    morePauses: (count: number) => (count === 1 ? "and one more" : `and ${count} more`),
    replan: {
      due: (count: number, text: string, version: string) =>
        `${count === 1 ? "1 schedule was" : `${text} schedules were`} planned before the time-zone database ${version} or a calendar's edit, and should be planned anew.`,
      show: "What would change",
    },
    shortcuts: {
      title: "Keyboard",
      search: "Search",
      help: "This list",
      go: (place: string) => `Go to ${place}`,
    },
    notFound: {
      title: "There is no such page",
      text: "The address is wrong, or what it named is gone.",
      action: "To the start",
    },
    crashed: {
      title: "This page failed",
      text: "The rest still works. Reload the page; if it happens again, please report it.",
      reload: "Reload",
    },
    denied: "You do not have the permission to see this page.",
  },
  {
    skip: "本文へ",
    menu: "メニュー",
    search: "定期タスクを検索",
    searchAll: (text) => `「${text}」の検索結果をすべて見る`,
    language: "言語",
    theme: { label: "表示", system: "システムに合わせる", light: "ライト", dark: "ダーク" },
    signOut: "サインアウト",
    user: (name) => `${name} としてサインイン中`,
    connection: {
      lost: "サーバーとの接続が切れました。表示は古い可能性があります。再接続しています…",
      retry: "今すぐ再接続",
    },
    health: {
      label: "稼働状況",
      beats: (count) => `beat ${count}`,
      workers: (count) => `worker ${count}`,
      allWell: "問題なし",
      explain: (beats, workers) => `beat ${beats} 台、ワーカー ${workers} 台が稼働しています。`,
      onTime: "スケジュールはすべて時刻どおりです。",
      late: (duration) => `最も古い予定が ${duration} 遅れています。`,
      noBeat: "beat が動いていないため、何も発火しません。起動コマンド:",
      noWorker: "ワーカーが動いていないため、送った実行は待たされます。起動コマンド:",
      queue: (queue, waiting) =>
        `キュー ${queue} に ${waiting} 件の実行が待っていますが、処理するワーカーがありません。`,
      unknown: "稼働状況を取得できません。",
      more: "beat・ワーカー・キューの一覧",
    },
    morePauses: (count) => `ほか ${count} 件`,
    replan: {
      due: (_count, text, version) =>
        `タイムゾーンデータベース ${version} またはカレンダーの変更より前に計画されたスケジュールが ${text} 件あります。再計画してください。`,
      show: "影響を確認",
    },
    shortcuts: {
      title: "キーボード操作",
      search: "検索",
      help: "この一覧",
      go: (place) => `${place}へ移動`,
    },
    notFound: {
      title: "ページがありません",
      text: "アドレスが間違っているか、対象が削除されています。",
      action: "最初の画面へ",
    },
    crashed: {
      title: "この画面でエラーが起きました",
      text: "ほかの画面は使えます。再読み込みしてください。繰り返すようなら報告をお願いします。",
      reload: "再読み込み",
    },
    denied: "この画面を見る権限がありません。",
  },
);
