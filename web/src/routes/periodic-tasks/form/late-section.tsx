import { useFormat } from "../../../i18n/use-format.ts";
import { AfterFields } from "./after-fields.tsx";
import type { Draft, ScheduleDraft } from "./draft.ts";
import type { FieldErrors } from "./field-errors.ts";
import { useLateMessages } from "./late-messages.ts";
import { MisfireFields } from "./misfire-fields.tsx";
import { OverlapFields } from "./overlap-fields.tsx";
import { Section } from "./section.tsx";
import { usePreview } from "./use-preview.ts";

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  changeSchedules: (update: (schedules: ScheduleDraft[]) => ScheduleDraft[]) => void;
  errors: FieldErrors;
  /** The coming times of all schedules. */
  coming: readonly number[];
  /** The longest of the recent runs; 0 without any. */
  longestRunMs: number;
}

/** What becomes of times that are late, and of runs that meet an earlier one: each rule as a sentence and by this schedule's times. */
export function LateSection({ draft, change, changeSchedules, errors, coming, longestRunMs }: Props) {
  const m = useLateMessages();
  return (
    <Section title={m.title}>
      {draft.schedules.map((schedule, index) => (
        <ScheduleMisfire
          key={schedule.key}
          schedule={schedule}
          isOnly={draft.schedules.length === 1}
          change={(changes) =>
            changeSchedules((all) => all.map((one) => (one.key === schedule.key ? { ...one, ...changes } : one)))
          }
          errors={errors}
          pointer={`/schedules/${index}`}
        />
      ))}
      <OverlapFields draft={draft} change={change} errors={errors} coming={coming} longestRunMs={longestRunMs} />
      <AfterFields draft={draft} change={change} errors={errors} coming={coming} />
    </Section>
  );
}

interface MisfireProps {
  schedule: ScheduleDraft;
  isOnly: boolean;
  change: (changes: Partial<ScheduleDraft>) => void;
  errors: FieldErrors;
  pointer: string;
}

function ScheduleMisfire({ schedule, isOnly, change, errors, pointer }: MisfireProps) {
  const m = useLateMessages().misfire;
  const format = useFormat();
  const { data } = usePreview(schedule);
  const name = schedule.name !== "" ? schedule.name : data ? format.text(data.description) : schedule.expression;
  return (
    <MisfireFields
      label={isOnly ? m.label : m.ofSchedule(name)}
      draft={schedule}
      zone={data?.zone ?? "UTC"}
      times={data?.times.map(({ at }) => at) ?? []}
      change={change}
      errors={errors}
      pointer={pointer}
    />
  );
}
