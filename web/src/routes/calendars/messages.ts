import { defineMessages } from "../../i18n/define-messages.ts";

const days = (count: number) => (count === 1 ? "1 day" : `${count} days`);
const dates = (count: number) => (count === 1 ? "1 date" : `${count} dates`);
const schedules = (count: number) => (count === 1 ? "1 schedule" : `${count} schedules`);

type DayKind = "working" | "weekend" | "closed" | "open";

/** What the screens of calendars say. */
export const useCalendarMessages = defineMessages(
  {
    title: "Calendars",
    about: "Days on which schedules are skipped, or moved to a business day",
    add: "Calendar",
    newTitle: "New calendar",
    readFailed: "The calendars could not be read.",
    columns: {
      name: "Name",
      closed: (year: string) => `Closed in ${year}`,
      weekend: "Weekend",
      holidays: "Holidays of",
      usedBy: "Used by",
      updated: "Changed",
    },
    join: ", ",
    unused: "nothing",
    usedBy: (count: number) => schedules(count),
    moreFollowers: (count: string) => `and ${count} more`,
    usedByLine: (count: number) => (count === 0 ? "No schedule uses it yet." : `Used by ${schedules(count)}`),
    empty: {
      title: "There is no calendar yet",
      text: "A calendar holds the days on which nothing should happen: weekends, a country's holidays, your own dates. A schedule that uses it skips those days, or moves to the business day before or after.",
      action: "Make a calendar",
    },
    name: "Name",
    save: "Save",
    saving: "Save …",
    saved: "Saved",
    created: "The calendar is made",
    readOnly: "You may look at this calendar, but not change it.",
    weekend: "Weekend",
    holidays: {
      title: "Holidays",
      region: "Part of the country",
      wholeCountry: "Nationwide",
      add: "Add a country",
      remove: (country: string) => `Remove the holidays of ${country}`,
      none: "No country's holidays.",
      through: "Taken over through",
      from: (year: string) => `From ${year} on; later years are to be taken over in time.`,
      year: (year: string) => year,
      names: (countries: string) => `What is a holiday in ${countries} comes from date-holidays (CC BY 3.0).`,
    },
    own: {
      title: "Own dates",
      none: "No date of your own. Click a day of the year, or add dates here.",
      dayName: "What the day is called",
      closed: "closed",
      open: "working day",
      kind: "Kind",
      paste: "Paste a list …",
      remove: (date: string) => `Remove ${date}`,
      nameOf: (date: string) => `Name of ${date}`,
      all: (count: number) => `Show all ${count}`,
    },
    paste: {
      title: "Paste dates",
      text: "One date or range a line, then its name. Lines that begin with # are left out.",
      example: "2026-12-29..2027-01-03 New Year's break\n2027-08-13 Summer break",
      label: "Dates",
      read: (count: number) => `${dates(count)} read`,
      bad: (line: number) => `Line ${line} holds no date:`,
      moreBad: (count: number) => `and ${count} more such lines`,
      closed: "Closed on these days",
      open: "Working days",
      action: (count: number) => `Add ${dates(count)}`,
    },
    year: {
      title: (year: string) => year,
      previous: "Previous year",
      next: "Next year",
      hint: "Click a day to close it or to open it; with the keyboard, the arrows and Enter.",
      look: "Point at a day to see what it is.",
      changed: "not saved yet",
      legend: { closed: "holiday", own: "own date", weekend: "weekend", open: "own working day" },
      day: (kind: DayKind, name: string, isOwn: boolean): string => {
        if (kind === "weekend") return "weekend";
        if (kind === "open") return name === "" ? "own working day" : `own working day (${name})`;
        if (kind === "closed") return isOwn ? `closed: ${name || "own date"}` : name;
        return "working day";
      },
      click: (kind: DayKind, isOwn: boolean): string => {
        if (kind === "working") return "click to close it";
        if (kind === "open" || (kind === "closed" && isOwn)) return "click to take that back";
        return "click to make it a working day";
      },
      count: (closed: number, weekdays: number) => `${days(closed)} closed, of which ${weekdays} Monday to Friday`,
    },
    changes: { title: "What changes", checking: "Working out what changes …" },
    archive: {
      action: "Archive",
      title: (name: string) => `Archive ${name}?`,
      text: "It is offered no more. What the ledger and earlier revisions say of it stays.",
      done: (name: string) => `${name} is archived`,
      inUse: (name: string) => `${name} is in use`,
      first: (count: number) =>
        `${schedules(count)} ${count === 1 ? "follows" : "follow"} it. Give them another calendar, or none, before it is archived:`,
    },
    rules: {
      skip: "skipped on closed days",
      previous: "moved to the business day before",
      next: "moved to the business day after",
    },
    leave: {
      title: "Leave without saving?",
      text: "What you have changed in this calendar is not saved yet.",
      action: "Leave",
    },
  },
  {
    title: "カレンダー",
    about: "スケジュールを休む日、前後の営業日にずらす日を決めます",
    add: "カレンダー",
    newTitle: "新しいカレンダー",
    readFailed: "カレンダーを読み込めませんでした。",
    columns: {
      name: "名前",
      closed: (year) => `${year}年の休日`,
      weekend: "週末",
      holidays: "祝日",
      usedBy: "利用",
      updated: "更新",
    },
    join: "・",
    unused: "なし",
    usedBy: (count) => `スケジュール ${count} 件`,
    moreFollowers: (count) => `ほか ${count} 件`,
    usedByLine: (count) =>
      count === 0 ? "まだどのスケジュールにも使われていません。" : `${count} 件のスケジュールが使っています`,
    empty: {
      title: "カレンダーはまだありません",
      text: "土日・祝日・会社独自の休みなど、動かしたくない日をまとめたものです。スケジュールに指定すると、その日は見送るか、前後の営業日にずらします。",
      action: "カレンダーを作る",
    },
    name: "名前",
    save: "保存",
    saving: "保存…",
    saved: "保存しました",
    created: "カレンダーを作成しました",
    readOnly: "このカレンダーは閲覧のみできます。",
    weekend: "週末",
    holidays: {
      title: "祝日",
      region: "地域",
      wholeCountry: "全国",
      add: "国を追加",
      remove: (country) => `${country}の祝日を外す`,
      none: "祝日は使っていません。",
      through: "取り込む期間の終わり",
      from: (year) => `${year}年から取り込みます。その先の年は、近づいたら延長してください。`,
      year: (year) => `${year}年まで`,
      names: (countries) => `${countries}の祝日は date-holidays (CC BY 3.0) のデータによります。`,
    },
    own: {
      title: "独自の日",
      none: "独自の日はまだありません。年間表の日付を押すか、ここで追加してください。",
      dayName: "呼び名",
      closed: "休業",
      open: "営業",
      kind: "種類",
      paste: "一覧を貼り付け…",
      remove: (date) => `${date} を外す`,
      nameOf: (date) => `${date} の呼び名`,
      all: (count) => `全 ${count} 件を表示`,
    },
    paste: {
      title: "日付の貼り付け",
      text: "1 行に 1 つ、日付または期間と呼び名を書きます。# で始まる行は無視します。",
      example: "2026-12-29〜2027-01-03 年末年始\n2027-08-13 夏季休業",
      label: "日付",
      read: (count) => `${count} 日を読み取りました`,
      bad: (line) => `${line} 行目に日付がありません:`,
      moreBad: (count) => `ほか ${count} 行`,
      closed: "休業日として追加",
      open: "営業日として追加",
      action: (count) => `${count} 日を追加`,
    },
    year: {
      title: (year) => `${year}年`,
      previous: "前の年",
      next: "次の年",
      hint: "日付を押すと休業・営業が切り替わります。キーボードでは矢印キーと Enter で操作できます。",
      look: "日付にポインターを合わせると内容が出ます。",
      changed: "未保存",
      legend: { closed: "祝日", own: "独自の休業日", weekend: "週末", open: "独自の営業日" },
      day: (kind, name, isOwn): string => {
        if (kind === "weekend") return "週末";
        if (kind === "open") return name === "" ? "独自の営業日" : `独自の営業日（${name}）`;
        if (kind === "closed") return isOwn ? `休業: ${name || "独自の休業日"}` : name;
        return "営業日";
      },
      click: (kind, isOwn): string => {
        if (kind === "working") return "押すと休業日にします";
        if (kind === "open" || (kind === "closed" && isOwn)) return "押すと元に戻します";
        return "押すと営業日にします";
      },
      count: (closed, weekdays) => `休日 ${closed} 日（うち平日 ${weekdays} 日）`,
    },
    changes: { title: "保存すると変わること", checking: "影響を調べています…" },
    archive: {
      action: "アーカイブ",
      title: (name) => `「${name}」をアーカイブしますか？`,
      text: "今後は選べなくなります。台帳や過去の版に残る記録はそのままです。",
      done: (name) => `「${name}」をアーカイブしました`,
      inUse: (name) => `「${name}」は使用中です`,
      first: (count) =>
        `${count} 件のスケジュールが使っているためアーカイブできません。先に別のカレンダーへ切り替えるか、外してください:`,
    },
    rules: { skip: "休日は見送り", previous: "休日は前営業日へ", next: "休日は翌営業日へ" },
    leave: {
      title: "保存せずに移動しますか？",
      text: "このカレンダーの変更はまだ保存されていません。",
      action: "移動する",
    },
  },
);
