import { defineMessages } from "../../i18n/define-messages.ts";

const schedules = (count: string) => (count === "1" ? "1 schedule" : `${count} schedules`);

/** What a change of plan would do, in words. */
export const usePlanEffectMessages = defineMessages(
  {
    nothingConcerned: "No schedule is concerned, so nothing moves.",
    unchanged: (count: string) =>
      `${schedules(count)} ${count === "1" ? "is" : "are"} planned anew; no time of the coming year changes.`,
    unchangedNext: (count: string) =>
      `${schedules(count)} ${count === "1" ? "is" : "are"} planned anew; each waits for the same time as before.`,
    planned: (count: string) => `${schedules(count)} planned anew`,
    changed: (count: string) => `${count} with other times`,
    removed: (count: string) => (count === "1" ? "1 time falls away" : `${count} times fall away`),
    added: (count: string) => (count === "1" ? "1 time is added" : `${count} times are added`),
    year: (times: string) => `in the coming year ${times}`,
    and: " and ",
    atLeast: (text: string) => `${text} at least`,
    lookedAt: (count: string) => `Only ${schedules(count)} were looked at; the others change in the same way.`,
    moreSchedules: (count: string) => `and ${schedules(count)} more`,
    moreTimes: (count: string) => `and ${count} more`,
    falls: "falls away",
    comes: "is added",
    showAll: "Show all",
    cannot: "cannot be computed any more:",
  },
  {
    nothingConcerned: "該当するスケジュールがないため、何も変わりません。",
    unchanged: (count) => `${count} 件のスケジュールを計画し直します。今後 1 年の予定は変わりません。`,
    unchangedNext: (count) => `${count} 件のスケジュールを計画し直します。次の時刻は変わりません。`,
    planned: (count) => `${count} 件のスケジュールを計画し直します`,
    changed: (count) => `うち ${count} 件の予定が変わります`,
    removed: (count) => `${count} 回がなくなります`,
    added: (count) => `${count} 回が加わります`,
    year: (times) => `今後 1 年で ${times}`,
    and: "、",
    atLeast: (text) => `少なくとも ${text}`,
    lookedAt: (count) => `調べたのは ${count} 件のみです。残りも同じ規則で変わります。`,
    moreSchedules: (count) => `ほかスケジュール ${count} 件`,
    moreTimes: (count) => `ほか ${count} 回`,
    falls: "なくなる",
    comes: "加わる",
    showAll: "すべて表示",
    cannot: "計算できなくなります:",
  },
);
