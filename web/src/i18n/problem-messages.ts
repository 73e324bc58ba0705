import { useCallback } from "react";
import { noAnswer, strangeAnswer } from "../services/problem.ts";
import type { Problem } from "../services/wire.ts";
import { defineMessages } from "./define-messages.ts";
import { useLanguage } from "./language.tsx";

/** Problems that the server has no part in; its own bring their words with them. */
const useMessages = defineMessages(
  {
    [noAnswer]: "The server does not answer. Check that it runs and that you are online.",
    [strangeAnswer]: "Something between here and the server answered instead of it.",
    client_error: "The page itself made a mistake. Reload it; if it happens again, please report it.",
  },
  {
    [noAnswer]:
      "サーバーから応答がありません。サーバーが動いているか、ネットワークにつながっているかを確認してください。",
    [strangeAnswer]: "サーバーではない何かが途中で応答しました。",
    client_error: "画面側で問題が起きました。再読み込みしてください。繰り返すようなら報告をお願いします。",
  },
);

/** A problem as its reader's sentence. */
export function useProblemText(): (problem: Problem) => string {
  const { language } = useLanguage();
  const messages: Readonly<Record<string, string>> = useMessages();
  return useCallback(
    (problem) => problem.text?.[language] ?? messages[problem.code] ?? problem.detail,
    [language, messages],
  );
}
