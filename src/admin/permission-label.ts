import { type corePermissions, modelActions, modelPermission } from "../account/permission.ts";
import type { Bilingual } from "../base/bilingual.ts";
import type { AdminModel } from "../model/admin-model.ts";

const labels: Readonly<Record<(typeof corePermissions)[number], Bilingual>> = {
  "periodic-tasks.view": { en: "See periodic tasks and their firings", ja: "定期タスクと発火の記録を見る" },
  "periodic-tasks.edit": {
    en: "Make, change, pause and switch periodic tasks (this runs code as the worker)",
    ja: "定期タスクを作成・変更・一時停止する（ワーカーとしてコードを実行できます）",
  },
  "periodic-tasks.run": { en: "Run periodic tasks now", ja: "定期タスクを今すぐ実行する" },
  "periodic-tasks.delete": { en: "Delete periodic tasks", ja: "定期タスクを削除する" },
  "calendars.edit": {
    en: "Make, change and archive calendars (schedules that follow one are planned anew)",
    ja: "カレンダーを作成・変更・削除する（使っているスケジュールの予定も変わります）",
  },
  "runs.view": { en: "See runs, their input, results and logs", ja: "実行とその入力・結果・ログを見る" },
  "runs.send": { en: "Send any task with any input", ja: "任意のタスクを任意の入力で送る" },
  "runs.cancel": { en: "Cancel runs", ja: "実行を取り消す" },
  "runs.terminate": { en: "End running tasks by force", ja: "実行中のタスクを強制終了する" },
  "shell-tasks.run": {
    en: "Send shell tasks and edit their periodic tasks (this runs any command as the worker)",
    ja: "シェルタスクを送る・その定期タスクを編集する（ワーカーとして任意のコマンドを実行できます）",
  },
  "workers.view": { en: "See workers and queues", ja: "ワーカーとキューを見る" },
  "workers.manage": {
    en: "Command and drain workers, pause and purge queues, and remove or send again refused messages (this sends any task)",
    ja: "ワーカーの操作・ドレイン、キューの一時停止と空にする操作、拒否されたメッセージの削除・再送を行う（任意のタスクを送れます）",
  },
  "changes.view": { en: "See who changed what", ja: "変更履歴を見る" },
  "users.manage": { en: "Manage users, groups and their permissions", ja: "ユーザー・グループ・権限を管理する" },
  "project.manage": {
    en: "Export everything that is set, and import it (this runs code as the worker)",
    ja: "設定をすべて書き出し、読み込む（ワーカーとしてコードを実行できます）",
  },
};

const actionLabels: Readonly<Record<(typeof modelActions)[number], (model: Bilingual) => Bilingual>> = {
  view: (model) => ({ en: `See ${model.en}`, ja: `${model.ja}を見る` }),
  add: (model) => ({ en: `Add ${model.en}`, ja: `${model.ja}を追加する` }),
  change: (model) => ({ en: `Change ${model.en}`, ja: `${model.ja}を変更する` }),
  delete: (model) => ({ en: `Delete ${model.en}`, ja: `${model.ja}を削除する` }),
};

/** The permission as people read it; the code itself for one of which nothing is known. */
export function permissionLabel(code: string, models: readonly AdminModel[]): Bilingual {
  const own = (labels as Readonly<Record<string, Bilingual>>)[code];
  if (own !== undefined) return own;
  for (const { model, labelPlural } of models) {
    for (const action of modelActions) {
      if (code === modelPermission(model.name, action)) return actionLabels[action](labelPlural);
    }
  }
  return { en: code, ja: code };
}
