import { defineMessages } from "../i18n/define-messages.ts";

/** How the keys of a plain list are called in the list behind `?`. */
export const useRowKeyLabels = defineMessages(
  {
    down: "Next row",
    up: "Previous row",
    open: "Open the row",
    select: "Select the row",
    actions: "Actions on the row",
  },
  { down: "次の行", up: "前の行", open: "行を開く", select: "行を選択", actions: "行の操作" },
);
