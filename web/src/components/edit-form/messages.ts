import { defineMessages } from "../../i18n/define-messages.ts";

/** What every plain form says. */
export const useEditFormMessages = defineMessages(
  {
    save: "Save",
    cancel: "Cancel",
    saved: "Saved",
    leave: {
      title: "Leave without saving?",
      text: "What you have changed here is not saved yet.",
      action: "Leave",
    },
    stale: {
      title: "Somebody else has changed it",
      text: "It was saved while you had it open. Nothing of yours is lost: choose which version stays.",
      theirs: "Saved now",
      mine: "Yours",
      same: "Both are the same.",
      takeTheirs: "Take the saved one",
      keepMine: "Save mine",
    },
  },
  {
    save: "保存",
    cancel: "キャンセル",
    saved: "保存しました",
    leave: {
      title: "保存せずに移動しますか？",
      text: "変更した内容はまだ保存されていません。",
      action: "移動する",
    },
    stale: {
      title: "ほかの人が変更しました",
      text: "開いている間に別の変更が保存されました。入力した内容は残っています。どちらを残すか選んでください。",
      theirs: "保存済み",
      mine: "自分の変更",
      same: "内容は同じです。",
      takeTheirs: "保存済みのほうを使う",
      keepMine: "自分の変更を保存",
    },
  },
);
