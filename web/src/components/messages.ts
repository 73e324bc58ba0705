import { defineMessages } from "../i18n/define-messages.ts";

const runs = (count: number) => (count === 1 ? "run" : "runs");

/** What the shared components say. */
export const useComponentMessages = defineMessages(
  {
    strip: (count: number, summary: string) => `Last ${count} ${runs(count)}: ${summary}`,
    cancel: "Cancel",
    close: "Close",
    undo: "Undo",
    tryAgain: "Try again",
    waitingForRows: (count: number) => `${count} new`,
    nothingFound: "Nothing matches",
    clearFilters: "Clear filters",
    previous: "Previous",
    next: "Next",
    count: (value: string, capped: boolean) => (capped ? `more than ${value}` : `${value} in all`),
    loading: "Loading",
    any: "Any",
    copy: "Copy",
    copied: "Copied",
    showPassword: "Show the password",
    secretSaved: "Saved; type to replace it",
    format: "Tidy up",
    markdownWrite: "Write",
    markdownPreview: "Preview",
    json: {
      unexpectedEnd: "the text ends too early",
      wrong: (what: string) => `not valid JSON: ${what}`,
    },
  },
  {
    strip: (count, summary) => `直近${count}回の実行: ${summary}`,
    cancel: "キャンセル",
    close: "閉じる",
    undo: "元に戻す",
    tryAgain: "もう一度試す",
    waitingForRows: (count) => `新着 ${count} 件`,
    nothingFound: "一致するものがありません",
    clearFilters: "絞り込みを解除",
    previous: "前へ",
    next: "次へ",
    count: (value, capped) => (capped ? `${value} 件以上` : `${value} 件`),
    loading: "読み込み中",
    any: "すべて",
    copy: "コピー",
    copied: "コピーしました",
    showPassword: "パスワードを表示",
    secretSaved: "保存済み（入力すると置き換わります）",
    format: "整形",
    markdownWrite: "編集",
    markdownPreview: "プレビュー",
    json: {
      unexpectedEnd: "途中で終わっています",
      wrong: (what) => `JSON として読めません: ${what}`,
    },
  },
);
