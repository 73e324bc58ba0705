import type { Problem } from "../services/wire.ts";
import { defineMessages } from "./define-messages.ts";

/** What an operator reads for the problems that any screen can meet; a code that is not here shows the server's own sentence. */
const useMessages = defineMessages(
  {
    no_answer: "The server does not answer. Check that it runs and that you are online.",
    strange_answer: "Something between here and the server answered instead of it.",
    client_error: "The page itself made a mistake. Reload it; if it happens again, please report it.",
    wrong_credentials: "The user name or the password is wrong.",
    too_many_attempts: "Too many attempts. Wait a few minutes, then try again.",
    unauthenticated: "You are signed out. Sign in again.",
    forbidden: "You do not have the permission for this.",
    not_found: "It is not here: it was removed, or the address is wrong.",
    stale_version: "Somebody else changed it in the meantime.",
    invalid: "Some fields need another look.",
  },
  {
    no_answer:
      "サーバーから応答がありません。サーバーが動いているか、ネットワークにつながっているかを確認してください。",
    strange_answer: "サーバーではない何かが途中で応答しました。",
    client_error: "画面側で問題が起きました。再読み込みしてください。繰り返すようなら報告をお願いします。",
    wrong_credentials: "ユーザー名かパスワードが違います。",
    too_many_attempts: "試行回数が多すぎます。数分待ってからもう一度お試しください。",
    unauthenticated: "サインアウトしています。もう一度サインインしてください。",
    forbidden: "この操作の権限がありません。",
    not_found: "見つかりません。削除されたか、アドレスが間違っています。",
    stale_version: "その間に、ほかの人が変更しました。",
    invalid: "入力を確認してください。",
  },
);

/** A problem as one sentence for its reader. */
export function useProblemText(): (problem: Problem) => string {
  const messages: Readonly<Record<string, string>> = useMessages();
  return (problem) => messages[problem.code] ?? problem.detail;
}
