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
    csrf_failed: "The session was renewed elsewhere. Reload the page and try again.",
    session_needed: "This needs a signed-in session, not a token.",
    too_many_requests: "Too many requests. Wait a moment, then try again.",
    too_large: "That is too large: at most 1 MiB is accepted.",
    host_not_allowed: "The server does not answer under this address. Its administrator sets allowedHosts.",
    overlap:
      "An earlier run is not finished, and its rule is to skip. It can be sent beside it from the menu of “Run now”.",
    run_finished: "The run has ended already.",
    last_superuser: "There must be one active superuser left.",
    database_busy: "The database is busy. Nothing was changed; try again.",
    database_full: "The database's disk is full. Nothing was changed.",
    database_read_only: "The database can only be read now. Nothing was changed.",
    database_unavailable: "The database does not answer. Nothing was changed; try again.",
    internal: "Something went wrong in the server. Its log tells more.",
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
    csrf_failed: "別の画面でサインインし直されました。再読み込みしてからもう一度お試しください。",
    session_needed: "トークンではなく、サインインした状態で操作してください。",
    too_many_requests: "リクエストが多すぎます。少し待ってからもう一度お試しください。",
    too_large: "大きすぎます。1 MiB までにしてください。",
    host_not_allowed: "このアドレスではサーバーが応答しません。管理者が allowedHosts で設定します。",
    overlap: "前回の実行が終わっていないため見送られます。「今すぐ実行」のメニューから、重ねて送ることもできます。",
    run_finished: "この実行はすでに終わっています。",
    last_superuser: "有効なスーパーユーザーが少なくとも 1 人必要です。",
    database_busy: "データベースが混み合っています。何も変更されていません。もう一度お試しください。",
    database_full: "データベースのディスクがいっぱいです。何も変更されていません。",
    database_read_only: "データベースは現在読み取り専用です。何も変更されていません。",
    database_unavailable: "データベースが応答しません。何も変更されていません。もう一度お試しください。",
    internal: "サーバーで問題が起きました。詳しくはサーバーのログをご覧ください。",
  },
);

/** A problem as one sentence for its reader. */
export function useProblemText(): (problem: Problem) => string {
  const messages: Readonly<Record<string, string>> = useMessages();
  return (problem) => messages[problem.code] ?? problem.detail;
}
