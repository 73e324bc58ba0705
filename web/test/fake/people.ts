import type { ModelField } from "../../src/services/wire.ts";
import { type Handler, Refusal, type Tell } from "./refusal.ts";

type Row = Record<string, unknown> & { id: number };
const user = (id: number, username: string, more: object = {}): Row => ({
  id,
  username,
  displayName: "",
  email: "",
  active: true,
  superuser: false,
  groupIds: [],
  permissions: [],
  lastSignInAt: null,
  createdAt: Date.now() - id * 86_400_000,
  version: 1,
  ...more,
});
const users: Row[] = [
  user(1, "admin", { displayName: "Admin", superuser: true, lastSignInAt: Date.now() - 60_000 }),
  user(2, "operator", { displayName: "当番", groupIds: [1], lastSignInAt: Date.now() - 7_200_000 }),
  user(3, "former", { active: false, groupIds: [1, 2] }),
];
const groups: Row[] = [
  { id: 1, name: "On call", permissions: ["periodic-tasks.view", "runs.view", "runs.cancel"], users: 2, version: 1 },
  { id: 2, name: "経理", permissions: ["model.tapp_a.counter.view"], users: 1, version: 1 },
];
const tokens: Row[] = [
  {
    id: 1,
    name: "deploy",
    createdAt: Date.now() - 86_400_000 * 9,
    lastUsedAt: Date.now() - 3_600_000,
    expiresAt: null,
  },
];
const counters: Row[] = Array.from({ length: 120 }, (_, index) => ({
  id: index + 1,
  count: (index * 37) % 200,
  message: index % 7 === 0 ? null : `counter ${index + 1}`,
  kind: index % 2 === 0 ? "even" : "odd",
  open: index % 3 === 0,
  created_at: Date.now() - index * 3_600_000,
  updated_at: Date.now() - index * 60_000,
}));

const codes = [
  ["periodic-tasks.view", "See periodic tasks and their firings", "定期タスクと発火の記録を見る"],
  [
    "periodic-tasks.edit",
    "Make, change, pause and switch periodic tasks (this runs code as the worker)",
    "定期タスクを作成・変更・一時停止する（ワーカーとしてコードを実行できます）",
  ],
  ["periodic-tasks.run", "Run periodic tasks now", "定期タスクを今すぐ実行する"],
  ["periodic-tasks.delete", "Delete periodic tasks", "定期タスクを削除する"],
  ["runs.view", "See runs, their input, results and logs", "実行とその入力・結果・ログを見る"],
  ["runs.send", "Send any task with any input", "任意のタスクを任意の入力で送る"],
  ["runs.cancel", "Cancel runs", "実行を取り消す"],
  ["runs.terminate", "End running tasks by force", "実行中のタスクを強制終了する"],
  ["workers.view", "See workers and queues", "ワーカーとキューを見る"],
  ["changes.view", "See who changed what", "変更履歴を見る"],
  ["calendars.edit", "Make, change and archive calendars", "カレンダーを作成・変更・アーカイブする"],
  ["project.manage", "Export everything that is set, and import it", "設定をすべて書き出し、読み込む"],
  ["users.manage", "Manage users, groups and their permissions", "ユーザー・グループ・権限を管理する"],
  ["model.tapp_a.counter.view", "See counters", "カウンターを見る"],
  ["model.tapp_a.counter.add", "Add counters", "カウンターを追加する"],
  ["model.tapp_a.counter.change", "Change counters", "カウンターを変更する"],
  ["model.tapp_a.counter.delete", "Delete counters", "カウンターを削除する"],
] as const;
export const allPermissions: readonly string[] = codes.map(([code]) => code);

const field = (name: string, kind: ModelField["kind"], en: string, ja: string, more: object = {}) => ({
  name,
  kind,
  label: { en, ja },
  help: null,
  required: false,
  readOnly: false,
  maxLength: null,
  choices: null,
  nullable: !("required" in more),
  ...more,
});
const models = [
  {
    name: "tapp_a.counter",
    app: "tapp_a",
    label: { en: "Counter", ja: "カウンター" },
    labelPlural: { en: "Counters", ja: "カウンター" },
    fields: [
      field("id", "id", "Id", "ID", { readOnly: true }),
      field("count", "integer", "Count", "回数", { required: true }),
      field("message", "text", "Message", "メッセージ", {
        maxLength: 100,
        help: { en: "Shown beside the count.", ja: "回数の横に表示されます。" },
      }),
      field("kind", "choice", "Kind", "種類", { choices: ["even", "odd"], required: true }),
      field("open", "boolean", "Open", "公開"),
      field("created_at", "instant", "Created", "作成", { readOnly: true }),
      field("updated_at", "instant", "Updated", "更新", { readOnly: true }),
    ],
    list: {
      columns: ["id", "count", "message", "kind", "open", "updated_at"],
      ordering: "-updated_at",
      search: ["message"],
      filters: ["kind", "open"],
    },
  },
];

const one = (rows: Row[], id: string | undefined): Row => {
  const row = rows.find((candidate) => candidate.id === Number(id));
  if (!row) throw new Refusal(404, "not_found", `there is no ${id}`);
  return row;
};
const invalid = (path: string, code: string, detail: string) =>
  new Refusal(422, "invalid", "some fields are not valid", { errors: [{ path, code, detail }] });
function checkPassword(path: string, password: unknown): void {
  const text = String(password);
  if (text.length < 8) {
    throw invalid(path, "password_too_short", `is too short: it has ${text.length} of at least 8 characters`);
  }
  if (/^\d+$/.test(text)) throw invalid(path, "password_entirely_numeric", "consists of digits alone");
}
function update(row: Row, body: Record<string, unknown>): Row {
  if (body.version !== undefined && body.version !== row.version) {
    throw new Refusal(409, "stale_version", "it was changed in the meantime", { current: row });
  }
  return Object.assign(row, body, { version: Number(row.version ?? 0) + 1 });
}
const add = (rows: Row[], row: Record<string, unknown>): Row => {
  const made = { ...row, id: Math.max(0, ...rows.map(({ id }) => id)) + 1, version: 1 };
  rows.push(made);
  return made;
};
const drop = (rows: Row[], id: string | undefined) => void rows.splice(rows.indexOf(one(rows, id)), 1);
const all = (items: unknown) => ({ items, next: null });

function listRecords(query: URLSearchParams) {
  const q = query.get("q")?.toLowerCase();
  const sort = query.get("sort") ?? "-updated_at";
  const key = sort.replace("-", "");
  const rows = counters
    .filter((row) => !q || String(row.message).toLowerCase().includes(q))
    .filter(
      (row) => [null, row.kind].includes(query.get("kind")) && [null, String(row.open)].includes(query.get("open")),
    )
    .sort((a, b) => (String(a[key]).padStart(20) < String(b[key]).padStart(20) ? -1 : 1));
  if (sort.startsWith("-")) rows.reverse();
  const from = Number(query.get("after") ?? 0);
  const next = from + 50 < rows.length ? String(from + 50) : null;
  return { items: rows.slice(from, from + 50), next, count: { value: rows.length, capped: false } };
}

export const peopleRoutes = (tell: Tell): Record<string, Handler> => ({
  "PUT me/password": (_ids, body) => {
    if (body.currentPassword === "wrong")
      throw invalid("/currentPassword", "wrong_password", "is not the current password");
    checkPassword("/newPassword", body.newPassword);
  },
  "GET permissions": () => all(codes.map(([code, en, ja]) => ({ code, label: { en, ja } }))),
  "GET users": () => all(users),
  "POST users": (_ids, { password, ...body }) => {
    if (users.some(({ username }) => username === body.username))
      throw invalid("/username", "username_taken", "is taken");
    if (password !== undefined) checkPassword("/password", password);
    return add(users, { ...user(0, ""), ...body });
  },
  "GET users/:id": ([id]) => one(users, id),
  "PUT users/:id": ([id], body) => {
    const row = one(users, id);
    const isLast = row.superuser && users.filter((other) => other.superuser && other.active).length === 1;
    if (isLast && (!body.superuser || !body.active)) {
      throw new Refusal(409, "last_superuser", `'${row.username}' is the last active superuser`);
    }
    tell("users");
    return update(row, body);
  },
  "DELETE users/:id": ([id]) => drop(users, id),
  "PUT users/:id/password": (_ids, body) => checkPassword("/newPassword", body.newPassword),
  "GET groups": () => all(groups),
  "POST groups": (_ids, body) => add(groups, { users: 0, ...body }),
  "GET groups/:id": ([id]) => one(groups, id),
  "PUT groups/:id": ([id], body) => update(one(groups, id), body),
  "DELETE groups/:id": ([id]) => drop(groups, id),
  "GET tokens": () => all(tokens),
  "POST tokens": (_ids, body) => ({
    ...add(tokens, { createdAt: Date.now(), lastUsedAt: null, expiresAt: null, ...body }),
    token: "hyoshi_3yYkqVb7Zr0cJm5nT1sWx8fLd2gHa9pE",
  }),
  "DELETE tokens/:id": ([id]) => drop(tokens, id),
  "GET models": () => all(models),
  "GET models/:name/records": (_ids, _body, query) => listRecords(query),
  "POST models/:name/records": (_ids, body) => {
    if (!Number.isInteger(body.count)) throw invalid("/count", "invalid", "must be a whole number");
    return add(counters, { created_at: Date.now(), updated_at: Date.now(), ...body });
  },
  "GET models/:name/records/:id": ([, id]) => one(counters, id),
  "PUT models/:name/records/:id": ([, id], body) => Object.assign(one(counters, id), body, { updated_at: Date.now() }),
  "DELETE models/:name/records/:id": ([, id]) => drop(counters, id),
});
