import Box from "@mui/material/Box";
import type { TaskView } from "../../../services/wire.ts";
import { CountField } from "./count-field.tsx";
import { type Draft, keepNames } from "./draft.ts";
import type { FieldErrors } from "./field-errors.ts";
import { useFormMessages } from "./messages.ts";
import { Section } from "./section.tsx";

interface Props {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  errors: FieldErrors;
  task: TaskView | undefined;
}

/** How long runs and their logs are kept, where that is other than elsewhere. */
export function KeepSection({ draft, change, errors, task }: Props) {
  const m = useFormMessages().keep;
  return (
    <Section title={m.title} about={m.about}>
      <Box sx={{ display: "grid", gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" }, gap: 1.5, alignItems: "start" }}>
        {keepNames.map((name) => {
          const ofTask = task?.keep?.[name] ?? null;
          return (
            <CountField
              key={name}
              label={m.fields[name]}
              value={draft.keep[name]}
              onChange={(value) => change({ keep: { ...draft.keep, [name]: value } })}
              error={errors.at(`/keep/${name}`)}
              help={ofTask === null ? m.help[name] : m.ofTask(ofTask)}
              pointer={`/keep/${name}`}
            />
          );
        })}
      </Box>
    </Section>
  );
}
