import { defineMessages } from "../../i18n/define-messages.ts";

export const useSignInMessages = defineMessages(
  {
    title: "Sign in",
    username: "User name",
    password: "Password",
    show: "Show the password",
    action: "Sign in",
    about: "Cron that you manage from the browser",
  },
  {
    title: "サインイン",
    username: "ユーザー名",
    password: "パスワード",
    show: "パスワードを表示",
    action: "サインイン",
    about: "ブラウザで管理する cron",
  },
);
