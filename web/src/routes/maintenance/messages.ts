import { defineMessages } from "../../i18n/define-messages.ts";

const schedules = (count: number, text: string) => (count === 1 ? "1 schedule" : `${text} schedules`);

/** What the pages of maintenance say. */
export const useMaintenanceMessages = defineMessages(
  {
    title: "Maintenance",
    tabs: { replan: "Plan anew", files: "Export · Import", audit: "Ledger audit", code: "From code" },
    replan: {
      readFailed: "It could not be read which schedules are outdated.",
      previewFailed: "It could not be worked out what would change.",
      upToDate: "Everything is up to date",
      upToDateText: (version: string) =>
        `All schedules are planned with the time-zone database of this server (${version}).`,
      due: (count: number, text: string) => `${schedules(count, text)} should be planned anew`,
      atLeast: (text: string) => `more than ${text}`,
      tz: (versions: string, version: string) =>
        `They are planned with the time-zone database ${versions}; this server has ${version}. Until they are planned anew, they fire as the older one says.`,
      calendars: (count: number) =>
        `The edit of ${count === 1 ? "a calendar" : `${count} calendars`} was interrupted before every schedule followed it.`,
      checking: "Working out what changes …",
      action: "Plan anew",
      done: (count: number, text: string, changed: string) =>
        `${schedules(count, text)} planned anew, ${changed} with another next time`,
      failed: (count: number) => `${count === 1 ? "One schedule" : `${count} schedules`} could not be planned:`,
      schedule: (id: number) => `Schedule ${id}`,
      zone: {
        title: "Move to another zone",
        text: "All schedules of one time zone keep their clock times, in another zone. Useful after the project's zone was changed, which by itself moves no schedule.",
        from: "From",
        to: "To",
        show: "Show what changes",
        action: (to: string) => `Move to ${to}`,
        same: "Both zones are the same.",
      },
    },
    files: {
      export: "Export",
      exportText:
        "One file with all periodic tasks, their schedules, calendars, pauses and groups. No users, passwords, tokens, runs, and no ledger.",
      download: (format: string) => `Download ${format}`,
      import: "Import",
      importText:
        "Reads such a file. What exists already, by its id or its name, becomes as the file has it; what the file does not hold stays. You see every difference before anything is written.",
      choose: "Choose a file …",
      another: "Choose another file …",
      drop: "or drop it here",
      pauses: "Begin the file's pauses too",
      checkFailed: "The file could not be checked.",
      importFailed: "The import failed.",
      checking: "Comparing …",
      would: "What would change",
      did: "What was done",
      nothing: "Everything is as the file has it. There is nothing to import.",
      apply: (count: number, text: string) => (count === 1 ? "Import 1 change" : `Import ${text} changes`),
      applied: "Imported",
      outcomes: { imported: "new", changed: "changed", unchanged: "unchanged", skipped: "left out" },
      fields: (names: string) => `differs in ${names}`,
      showUnchanged: (text: string) => `Show ${text} unchanged`,
      more: (text: string) => `and ${text} more`,
    },
  },
  {
    title: "保守",
    tabs: { replan: "再計画", files: "書き出し・読み込み", audit: "台帳の監査", code: "コードとの差分" },
    replan: {
      readFailed: "再計画が必要かどうかを確認できませんでした。",
      previewFailed: "何が変わるかを調べられませんでした。",
      upToDate: "最新の状態です",
      upToDateText: (version) =>
        `すべてのスケジュールが、このサーバーのタイムゾーンデータベース（${version}）で計画されています。`,
      due: (_count, text) => `${text} 件のスケジュールに再計画が必要です`,
      atLeast: (text) => `${text} 件以上`,
      tz: (versions, version) =>
        `タイムゾーンデータベース ${versions} で計画されています。このサーバーは ${version} です。再計画するまでは古いほうの規則で発火します。`,
      calendars: (count) => `カレンダー ${count} 件の変更が途中で止まり、まだ反映されていないスケジュールがあります。`,
      checking: "影響を調べています…",
      action: "再計画する",
      done: (_count, text, changed) => `${text} 件を再計画しました（次の時刻が変わったもの ${changed} 件）`,
      failed: (count) => `${count} 件は計画できませんでした:`,
      schedule: (id) => `スケジュール ${id}`,
      zone: {
        title: "別のタイムゾーンへ移す",
        text: "あるタイムゾーンのスケジュールを、時計の時刻はそのままに別のタイムゾーンへまとめて移します。プロジェクトのタイムゾーンを変えただけでは既存のスケジュールは動かないため、そのあとに使います。",
        from: "移行元",
        to: "移行先",
        show: "影響を確認",
        action: (to) => `${to} へ移す`,
        same: "同じタイムゾーンです。",
      },
    },
    files: {
      export: "書き出し",
      exportText:
        "定期タスク・スケジュール・カレンダー・一時停止・グループを 1 つのファイルにまとめます。ユーザー・パスワード・トークン・実行・台帳は含みません。",
      download: (format) => `${format} をダウンロード`,
      import: "読み込み",
      importText:
        "書き出したファイルを読み込みます。ID または名前が同じものはファイルの内容に合わせ、ファイルにないものはそのまま残します。書き込む前に違いをすべて確認できます。",
      choose: "ファイルを選ぶ…",
      another: "別のファイルを選ぶ…",
      drop: "またはここにドロップ",
      pauses: "ファイル内の一時停止も開始する",
      checkFailed: "ファイルを確認できませんでした。",
      importFailed: "読み込めませんでした。",
      checking: "比較しています…",
      would: "読み込むと変わること",
      did: "読み込みの結果",
      nothing: "すべてファイルと同じです。読み込むものはありません。",
      apply: (_count, text) => `${text} 件を読み込む`,
      applied: "読み込みました",
      outcomes: { imported: "新規", changed: "変更", unchanged: "同じ", skipped: "対象外" },
      fields: (names) => `違い: ${names}`,
      showUnchanged: (text) => `同じもの ${text} 件を表示`,
      more: (text) => `ほか ${text} 件`,
    },
  },
);
