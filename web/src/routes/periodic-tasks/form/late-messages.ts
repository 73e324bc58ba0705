import { defineMessages } from "../../../i18n/define-messages.ts";

const times = (count: string) => (count === "1" ? "1 time" : `${count} times`);
const are = (count: string) => (count === "1" ? "is" : "are");

/** The policies, each as a sentence and as what it means for the schedule at hand. */
export const useLateMessages = defineMessages(
  {
    title: "If it is late or still running",
    misfire: {
      label: "When beat was down or late",
      ofSchedule: (schedule: string) => `When beat was down or late: ${schedule}`,
      skip: "Run nothing that is late.",
      latest: "Run the latest missed time once, as soon as a beat is back.",
      all: "Run every missed time, the oldest first.",
      window: "None older than",
      windowHelp: "Empty: however old.",
      cap: "At most",
      capHelp: "The newest so many. Empty: 1,000.",
    },
    outage: {
      ask: "If beat is down from",
      length: "for",
      until: (time: string) => `until ${time}:`,
      fromLabel: "Beginning of an outage",
      lengthLabel: "Length of the outage",
      join: " ",
      none: "No time of this schedule lies in it.",
      missed: (count: string, first: string, last: string) =>
        count === "1"
          ? `The time ${first} is noted as missed.`
          : `${count} times, ${first} to ${last}, are noted as missed.`,
      superseded: (count: string) => `The ${count === "1" ? "one" : count} before it ${are(count)} noted as missed.`,
      one: (time: string, at: string, late: string) => `The time ${time} runs at ${at}, ${late} late.`,
      all: (count: string, at: string, oldest: string | undefined) =>
        `${count} times run at ${at}${oldest === undefined ? "" : `, the oldest ${oldest} late`}.`,
      window: (count: string) => `${times(count)} older than that ${are(count)} noted as missed.`,
      cap: (count: string) => `${times(count)} beyond the limit ${are(count)} noted as missed.`,
    },
    overlap: {
      label: "When an earlier run is not finished",
      rules: {
        allow: "Send the next one all the same. Runs may overlap.",
        skip: "Skip this time. The ledger says so, with its reason.",
        queue: "Let it wait until an earlier one is done.",
        replace: "Cancel the earlier one, and run the next in its place.",
      },
      limit: "Runs at once",
      limitHelp: "The rule applies beyond so many. Empty: 1.",
      queue: "May wait",
      queueHelp: "What comes beyond is skipped. Empty: 1.",
      counts: "Runs by hand and through the API count as well.",
    },
    effect: {
      recent: (duration: string) => `Recent runs took up to ${duration}.`,
      inTime: (gap: string) => `It comes every ${gap} at the soonest, so that this has not happened.`,
      suppose: (duration: string, count: string) => `If each of the next ${count} runs takes ${duration}:`,
      run: (count: string) => `${count} ${count === "1" ? "finishes" : "finish"}`,
      atOnce: (count: string) => `up to ${count} at once`,
      waited: (count: string, longest: string) => `${count} ${count === "1" ? "waits" : "wait"} up to ${longest}`,
      skipped: (count: string) => `${count} ${are(count)} skipped`,
      cancelled: (count: string) => `${count} ${are(count)} cancelled`,
      join: " ",
      list: ", ",
      stop: ".",
    },
    expires: {
      label: "Drop if not begun within",
      help: "Empty: it waits as long as it takes. Counted from its nominal time.",
      effect: (time: string, until: string) => `The run of ${time} is dropped if no worker has begun it by ${until}.`,
    },
    abandon: {
      label: "Lost if not ended within",
      help: "Empty: 24 hours. It then stands in no other's way.",
      effect: (time: string, until: string) => `A run of ${time} that has not ended by ${until} is lost.`,
    },
    ends: {
      title: "If it fails, and when it ends",
      hold: "Hold after a failed run",
      holdHelp: "Nothing more is sent until somebody has looked and releases it.",
      disableAfter: "Switch off after failures in a row",
      disableAfterHelp: "Empty: however often it fails.",
      disableEffect: (count: string, time: string) =>
        count === "1"
          ? `If the next run, of ${time}, fails, it is switched off.`
          : `If all fail from now on, it is switched off after the run of ${time}.`,
      endAfter: "End after so many runs",
      endAfterHelp: "Empty: it goes on. Runs that a schedule sends are counted.",
      once: "Run once",
      endEffect: (time: string) => `Its last run is that of ${time}, if none is skipped.`,
    },
  },
  {
    title: "遅れたとき、まだ実行中のとき",
    misfire: {
      label: "beat が止まっていた、または遅れたとき",
      ofSchedule: (schedule) => `beat が止まっていた、または遅れたとき: ${schedule}`,
      skip: "遅れた分は実行しない。",
      latest: "beat が戻りしだい、逃した中で最も新しい分を一度だけ実行する。",
      all: "逃した分をすべて、古い順に実行する。",
      window: "これより古い分は除く",
      windowHelp: "空欄なら、どれだけ古くても実行します。",
      cap: "最大件数",
      capHelp: "新しいほうから数えます。空欄なら 1,000 件。",
    },
    outage: {
      ask: "もし beat が",
      length: "から",
      until: (time) => `止まり、${time} に戻ったら:`,
      fromLabel: "停止の始まり",
      lengthLabel: "停止の長さ",
      join: "",
      none: "この間に予定はありません。",
      missed: (count, first, last) =>
        count === "1"
          ? `${first} の分は「逃した」と記録します。`
          : `${first} から ${last} までの ${count} 回は「逃した」と記録します。`,
      superseded: (count) => `それより前の ${count} 回は「逃した」と記録します。`,
      one: (time, at, late) => `${time} の分を ${at} に、${late}遅れで実行します。`,
      all: (count, at, oldest) =>
        `${at} に ${count} 回分を実行します${oldest === undefined ? "" : `（最も古い分は ${oldest}遅れ）`}。`,
      window: (count) => `古すぎる ${count} 回は「逃した」と記録します。`,
      cap: (count) => `件数を超える ${count} 回は「逃した」と記録します。`,
    },
    overlap: {
      label: "前回の実行がまだ終わっていないとき",
      rules: {
        allow: "かまわず次を送る。実行が重なることがあります。",
        skip: "今回は見送る。理由とともに記録に残ります。",
        queue: "前の実行が終わるまで待たせる。",
        replace: "前の実行を取り消して、今回の分を実行する。",
      },
      limit: "同時に実行できる数",
      limitHelp: "これを超えるときに適用します。空欄なら 1。",
      queue: "待たせる数",
      queueHelp: "これを超えた分は見送ります。空欄なら 1。",
      counts: "手動や API からの実行も数えます。",
    },
    effect: {
      recent: (duration) => `最近の実行は最長 ${duration} かかっています。`,
      inTime: (gap) => `間隔は最短でも ${gap} あるので、まだ重なっていません。`,
      suppose: (duration, count) => `次の ${count} 回がそれぞれ ${duration} かかるとすると:`,
      run: (count) => `${count} 回が完了`,
      atOnce: (count) => `同時に最大 ${count} 件`,
      waited: (count, longest) => `${count} 回が待機（最長 ${longest}）`,
      skipped: (count) => `${count} 回を見送り`,
      cancelled: (count) => `${count} 回を取消`,
      join: "",
      list: "、",
      stop: "。",
    },
    expires: {
      label: "開始を待つ時間",
      help: "過ぎると捨てます。空欄なら、いつまでも待ちます。予定時刻から数えます。",
      effect: (time, until) => `${time} の分は、${until} までに始まらなければ捨てます。`,
    },
    abandon: {
      label: "終了を待つ時間",
      help: "過ぎるとあきらめ、ほかの実行の妨げになりません。空欄なら 24 時間。",
      effect: (time, until) => `${time} の分は、${until} までに終わらなければ「消息不明」になります。`,
    },
    ends: {
      title: "失敗したとき、終わるとき",
      hold: "失敗したら保留する",
      holdHelp: "誰かが確認して保留を解除するまで、次を送りません。",
      disableAfter: "連続で失敗したら無効にする回数",
      disableAfterHelp: "空欄なら、何度失敗しても続けます。",
      disableEffect: (count, time) =>
        count === "1"
          ? `次の ${time} の分が失敗すると無効になります。`
          : `今後すべて失敗した場合、${time} の分を最後に無効になります。`,
      endAfter: "実行する回数",
      endAfterHelp: "空欄なら続けます。スケジュールが送った実行を数えます。",
      once: "一度だけ",
      endEffect: (time) => `見送りがなければ、${time} の分が最後の実行です。`,
    },
  },
);
