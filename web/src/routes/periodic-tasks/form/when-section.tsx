import AddIcon from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { emptySchedule, type ScheduleDraft } from "./draft.ts";
import type { FieldErrors } from "./field-errors.ts";
import { useFormMessages } from "./messages.ts";
import { ScheduleEditor } from "./schedule-editor.tsx";
import { Section } from "./section.tsx";

interface Props {
  schedules: readonly ScheduleDraft[];
  onChange: (update: (schedules: ScheduleDraft[]) => ScheduleDraft[]) => void;
  errors: FieldErrors;
  /** The project's zone, for a new one. */
  zone: string;
}

export function WhenSection({ schedules, onChange, errors, zone }: Props) {
  const m = useFormMessages();
  return (
    <Section title={m.when.title}>
      {schedules.length === 0 && <Box sx={{ color: "text.secondary" }}>{m.when.none}</Box>}
      {schedules.map((schedule, index) => (
        <ScheduleEditor
          key={schedule.key}
          draft={schedule}
          pointer={`/schedules/${index}`}
          errors={errors}
          change={(changes) =>
            onChange((all) => all.map((one) => (one.key === schedule.key ? { ...one, ...changes } : one)))
          }
          onRemove={() => onChange((all) => all.filter((one) => one.key !== schedule.key))}
        />
      ))}
      <Box>
        <Button
          startIcon={<AddIcon />}
          onClick={() => onChange((all) => [...all, emptySchedule(all.at(-1)?.zone ?? zone)])}
        >
          {m.when.add(schedules.length)}
        </Button>
      </Box>
    </Section>
  );
}
