import type { Bilingual } from "../base/bilingual.ts";
import type { HeldReason } from "../ledger/periodic-task-store.ts";

/** Why a periodic task fires no more, in a sentence. */
export function describeHeld({ kind, runId, count }: HeldReason): Bilingual {
  const run = runId === undefined ? { en: "", ja: "" } : { en: ` (${runId})`, ja: `（${runId}）` };
  switch (kind) {
    case "failed_run":
      return {
        en: `Held since a run failed${run.en}: nothing fires until it is released`,
        ja: `実行が失敗したため${run.ja}保留中です。解除するまで実行されません`,
      };
    case "failures":
      return {
        en: `Switched off after ${count ?? "several"} failures in a row${run.en}`,
        ja: `${count === undefined ? "" : `${count} 回`}続けて失敗したため${run.ja}、無効になりました`,
      };
    case "ended":
      return {
        en: `Over: it has sent ${count ?? "all of its"} runs`,
        ja: `${count === undefined ? "決められた回数" : `${count} 回`}の実行を送り終えました`,
      };
    default:
      return { en: String(kind), ja: String(kind) };
  }
}
