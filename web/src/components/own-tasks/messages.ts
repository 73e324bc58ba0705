import { defineMessages } from "../../i18n/define-messages.ts";

/** What the forms say of the tasks that hyoshi itself brings; by the names of their input's properties. */
export const useOwnTaskMessages = defineMessages(
  {
    shell: {
      description: "Runs a command of the worker's machine",
      titles: {
        command: "Command",
        env: "Environment",
        secrets: "Secret environment",
        stdin: "Standard input",
        cwd: "Working folder",
        user: "User",
        successCodes: "Exit codes that mean success",
        leftover: "Processes left behind",
      },
      help: {
        command: "A line for sh -c, or a program with its arguments, which no shell reads.",
        env: "Variables that the command finds.",
        secrets: "Variables that nobody is shown again.",
        stdin: "What it reads; else nothing.",
        cwd: "Empty: the folder of the settings' file. ~ is the home of its user.",
        user: "Whose process it is. Empty: the worker's own user.",
        successCodes: "Any other one is a failure.",
        leftover: "What becomes of them when the command has ended: stop ends them, leave lets them be.",
      },
      line: "Command line",
      list: "Program and arguments",
    },
  },
  {
    shell: {
      description: "ワーカーのマシンでコマンドを実行します",
      titles: {
        command: "コマンド",
        env: "環境変数",
        secrets: "秘密の環境変数",
        stdin: "標準入力",
        cwd: "作業フォルダー",
        user: "ユーザー",
        successCodes: "成功とみなす終了コード",
        leftover: "残ったプロセス",
      },
      help: {
        command: "sh -c に渡す 1 行、またはシェルを通さないプログラムと引数です。",
        env: "コマンドに渡す変数です。",
        secrets: "保存後は誰にも表示されない変数です。",
        stdin: "コマンドに読ませる内容です。空欄なら何も渡しません。",
        cwd: "空欄なら設定ファイルのあるフォルダー。~ は実行ユーザーのホームです。",
        user: "実行するユーザーです。空欄ならワーカーと同じユーザー。",
        successCodes: "ほかのコードは失敗になります。",
        leftover: "コマンドの終了後に残ったプロセスの扱いです。stop は終了させ、leave は残します。",
      },
      line: "コマンドライン",
      list: "プログラムと引数",
    },
  },
);
