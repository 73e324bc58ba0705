import { englishStringTranslator, type Registry, TranslatableString } from "@rjsf/utils";
import { useCallback } from "react";
import { useLanguage } from "../../i18n/language.tsx";

/** The form library's own words, as far as our schemas can bring them on the screen. */
const japanese: Partial<Record<TranslatableString, string>> = {
  [TranslatableString.ArrayItemTitle]: "項目",
  [TranslatableString.MissingItems]: "項目の定義がありません",
  [TranslatableString.EmptyArray]: "まだありません。下のボタンで追加します。",
  [TranslatableString.ClearButton]: "入力を消す",
  [TranslatableString.OptionalObjectAdd]: "この項目を入力する",
  [TranslatableString.OptionalObjectRemove]: "この項目を外す",
  [TranslatableString.OptionalObjectEmptyMsg]: "入力なし",
  [TranslatableString.DeprecatedLabel]: "%1（非推奨）",
  [TranslatableString.Type]: "型",
  [TranslatableString.Value]: "値",
  [TranslatableString.YesLabel]: "はい",
  [TranslatableString.NoLabel]: "いいえ",
  [TranslatableString.CloseLabel]: "閉じる",
  [TranslatableString.ErrorsLabel]: "エラー",
  [TranslatableString.NewStringDefault]: "新しい値",
  [TranslatableString.AddButton]: "追加",
  [TranslatableString.AddItemButton]: "追加",
  [TranslatableString.CopyButton]: "複製",
  [TranslatableString.MoveDownButton]: "下へ",
  [TranslatableString.MoveUpButton]: "上へ",
  [TranslatableString.RemoveButton]: "削除",
  [TranslatableString.NowLabel]: "現在",
  [TranslatableString.ClearLabel]: "消す",
  [TranslatableString.OptionPrefix]: "選択肢 %1",
  [TranslatableString.TitleOptionPrefix]: "%1 の選択肢 %2",
  [TranslatableString.KeyLabel]: "名前",
};
/** Where the library's own are none. */
const english: Partial<Record<TranslatableString, string>> = { [TranslatableString.KeyLabel]: "Name" };

export function useTranslateString(): Registry["translateString"] {
  const { language } = useLanguage();
  return useCallback(
    (key, params = []) => {
      const words = (language === "ja" ? japanese : english)[key];
      if (words === undefined) return englishStringTranslator(key, params);
      return params.reduce((text, value, index) => text.replace(`%${index + 1}`, value), words);
    },
    [language],
  );
}
