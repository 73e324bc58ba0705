import type { Bilingual } from "../base/bilingual.ts";

/**
 * What a person reads for each code of `problemStatus`, where the error says nothing of its own in its `fields.text`: what happened, and
 * what to try.
 */
export const problemWords: Readonly<Record<string, Bilingual>> = {
  bad_request: { en: "The server could not read the request.", ja: "リクエストを読み取れませんでした。" },
  malformed_json: { en: "What was sent is not JSON.", ja: "送信された内容が JSON ではありません。" },
  nested_too_deep: { en: "The value is nested too deeply.", ja: "値の入れ子が深すぎます。" },
  invalid_cursor: {
    en: "This page of the list is not there any more. Start from the first.",
    ja: "一覧のこのページはもうありません。最初のページから見直してください。",
  },
  not_from_code: {
    en: "This periodic task is not defined in code.",
    ja: "この定期タスクはコードで定義されたものではありません。",
  },
  invalid_document: { en: "This is no export of hyoshi.", ja: "hyoshi が書き出した内容ではありません。" },
  invalid_query: { en: "The list cannot be narrowed like this.", ja: "この条件では一覧を絞り込めません。" },
  unauthenticated: {
    en: "You are signed out. Sign in again.",
    ja: "サインアウトしています。もう一度サインインしてください。",
  },
  wrong_credentials: { en: "The user name or the password is wrong.", ja: "ユーザー名かパスワードが違います。" },
  forbidden: { en: "You do not have the permission for this.", ja: "この操作の権限がありません。" },
  csrf_failed: {
    en: "The session was renewed elsewhere. Reload the page and try again.",
    ja: "別の画面でサインインし直されました。再読み込みしてからもう一度お試しください。",
  },
  cross_site_request: {
    en: "Another site's page asked for this, so it was refused.",
    ja: "ほかのサイトのページからの操作のため、拒否しました。",
  },
  session_needed: {
    en: "This needs a signed-in session, not a token.",
    ja: "トークンではなく、サインインした状態で操作してください。",
  },
  not_found: {
    en: "It is not here: it was removed, or the address is wrong.",
    ja: "見つかりません。削除されたか、アドレスが間違っています。",
  },
  method_not_allowed: { en: "The server does not do this here.", ja: "このアドレスではこの操作を受け付けていません。" },
  too_large: { en: "That is too large: at most 1 MiB is accepted.", ja: "大きすぎます。1 MiB までにしてください。" },
  unsupported_media_type: { en: "The server takes JSON only.", ja: "サーバーが受け付けるのは JSON だけです。" },
  host_not_allowed: {
    en: "The server does not answer under this address. Its administrator sets allowedHosts.",
    ja: "このアドレスではサーバーが応答しません。管理者が allowedHosts で設定します。",
  },
  too_many_attempts: {
    en: "Too many attempts. Wait a few minutes, then try again.",
    ja: "試行回数が多すぎます。数分待ってからもう一度お試しください。",
  },
  too_many_requests: {
    en: "Too many requests. Wait a moment, then try again.",
    ja: "リクエストが多すぎます。少し待ってからもう一度お試しください。",
  },

  stale_version: { en: "Somebody else changed it in the meantime.", ja: "その間に、ほかの人が変更しました。" },
  name_taken: { en: "Another one has this name.", ja: "この名前はすでに使われています。" },
  overlap: {
    en: "An earlier run is not finished, and its rule is to skip. It can be sent beside it from the menu of “Run now”.",
    ja: "前回の実行が終わっていないため、見送られました。「今すぐ実行」のメニューから、重ねて送ることもできます。",
  },
  run_finished: { en: "The run has ended already.", ja: "この実行はすでに終わっています。" },
  no_periodic_task: { en: "Its periodic task is gone.", ja: "もとの定期タスクがありません。" },
  last_superuser: {
    en: "There must be one active superuser left.",
    ja: "有効なスーパーユーザーが少なくとも 1 人必要です。",
  },
  user_inactive: {
    en: "The user is not active and so can have no token.",
    ja: "無効なユーザーのトークンは作成できません。",
  },
  record_conflict: {
    en: "Another record has this value already, or still refers to this one.",
    ja: "同じ値のレコードがすでにあるか、ほかのレコードから参照されています。",
  },
  invalid: { en: "Some fields need another look.", ja: "入力を確認してください。" },
  invalid_crontab: { en: "The crontab is not accepted.", ja: "この crontab は使えません。" },
  crontab_never_matches: { en: "This crontab can never match.", ja: "この crontab に当てはまる日時はありません。" },
  clocked_in_past: { en: "The time has passed.", ja: "この日時はすでに過ぎています。" },
  invalid_clocked: { en: "The time cannot be read.", ja: "日時として読めません。" },
  invalid_interval: { en: "The interval is not accepted.", ja: "この間隔は使えません。" },
  invalid_schedule: { en: "The schedule is not accepted.", ja: "このスケジュールは使えません。" },
  invalid_solar: {
    en: "The sun's event or place is not accepted.",
    ja: "太陽のイベントか場所の指定が正しくありません。",
  },
  unknown_time_zone: { en: "There is no such time zone.", ja: "そのようなタイムゾーンはありません。" },
  unknown_calendar: {
    en: "The calendar is not there any more, or is archived.",
    ja: "このカレンダーは見つかりません。削除された可能性があります。",
  },
  backfill_too_large: {
    en: "Too many runs: choose a shorter stretch of time.",
    ja: "件数が多すぎます。期間を短くしてください。",
  },
  calendar_in_use: {
    en: "Schedules follow this calendar: give them another one, or none, first.",
    ja: "このカレンダーを使っているスケジュールがあります。先に別のカレンダーに変えるか、外してください。",
  },
  cannot_compute: {
    en: "The schedule cannot be computed.",
    ja: "スケジュールを計算できません。",
  },
  unknown_holidays: { en: "Its holidays are not known.", ja: "その国や地域の祝日は分かりません。" },

  database_busy: {
    en: "The database is busy. Nothing was changed; try again.",
    ja: "データベースが混み合っています。何も変更されていません。もう一度お試しください。",
  },
  database_full: {
    en: "The database's disk is full. Nothing was changed.",
    ja: "データベースのディスクがいっぱいです。何も変更されていません。",
  },
  database_read_only: {
    en: "The database can only be read now. Nothing was changed.",
    ja: "データベースは現在読み取り専用です。何も変更されていません。",
  },
  database_refused: {
    en: "The database refuses the connection. Nothing was changed.",
    ja: "データベースに接続を拒否されました。何も変更されていません。",
  },
  database_unavailable: {
    en: "The database does not answer. Nothing was changed; try again.",
    ja: "データベースが応答しません。何も変更されていません。もう一度お試しください。",
  },
  broker_away: {
    en: "The broker cannot be reached now. What waits for it is kept; try again.",
    ja: "ブローカーに接続できません。送信待ちのものは保持されています。もう一度お試しください。",
  },
  broker_refused: {
    en: "The broker refuses the connection or the queue.",
    ja: "ブローカーに接続またはキューの使用を拒否されました。",
  },
  no_remote_control: {
    en: "The project has no broker of its own (its runs lie in the database), so workers cannot be asked or commanded.",
    ja: "このプロジェクトは専用のブローカーを使っていないため（実行はデータベースにあります）、ワーカーへの問い合わせや操作はできません。",
  },
  dead_letter_cut: {
    en: "Only the beginning of this message was kept, so it cannot be sent again.",
    ja: "このメッセージは先頭の部分しか保存されていないため、再送できません。",
  },
  input_unknown: {
    en: "Its arguments are known as a display text only, so it cannot be run again from here.",
    ja: "引数が表示用の文字列でしか分からないため、ここから再実行することはできません。",
  },
  model_table_missing: {
    en: "The table of this model is missing: run hyoshi migrate.",
    ja: "このモデルのテーブルがありません。hyoshi migrate を実行してください。",
  },
  internal: {
    en: "Something went wrong in the server. Its log tells more.",
    ja: "サーバーで問題が起きました。詳しくはサーバーのログをご覧ください。",
  },
};
