import type { Bilingual } from "../base/bilingual.ts";
import type { SchedulePlan } from "../firing/schedule-plan.ts";

/** Why schedules that share a plan should spread their minute. */
export function spreadText({ definition, zone }: SchedulePlan, schedules: number, suggested: string): Bilingual {
  const expression = definition.kind === "crontab" ? definition.expression : definition.kind;
  return {
    en: `${schedules} schedules fire at once: ${expression} (${zone}). With ${suggested} each keeps its rhythm at a minute of its own`,
    ja: `${schedules} 件のスケジュールが同時に実行されます: ${expression}（${zone}）。${suggested} にすると、同じ周期のまま、それぞれ別の分に分かれます`,
  };
}
