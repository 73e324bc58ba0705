import Box from "@mui/material/Box";
import FormControl from "@mui/material/FormControl";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormHelperText from "@mui/material/FormHelperText";
import FormLabel from "@mui/material/FormLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import { NoteLine } from "../../../components/note-line.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { Draft } from "./draft.ts";
import { useFormMessages } from "./messages.ts";
import { Section } from "./section.tsx";

interface Props {
  overlap: Draft["overlap"];
  onChange: (overlap: Draft["overlap"]) => void;
  error: string | undefined;
  /** When recent runs took longer than the schedule leaves between two times. */
  collision: { gapMs: number; durationMs: number } | undefined;
}

export function LateSection({ overlap, onChange, error, collision }: Props) {
  const m = useFormMessages();
  const format = useFormat();
  return (
    <Section title={m.late.title}>
      <div>
        <FormLabel sx={{ fontSize: 13.5 }}>{m.late.misfire}</FormLabel>
        <Box sx={{ mt: 0.5 }}>{m.late.misfireLatest}</Box>
      </div>
      <FormControl error={error !== undefined}>
        <FormLabel sx={{ fontSize: 13.5 }}>{m.late.overlap}</FormLabel>
        <RadioGroup value={overlap} onChange={(_, value) => onChange(value as Draft["overlap"])}>
          {(["allow", "skip"] as const).map((rule) => (
            <FormControlLabel
              key={rule}
              value={rule}
              control={<Radio />}
              label={
                <>
                  {m.late[rule]}{" "}
                  <Box component="span" sx={{ color: "text.secondary", fontSize: 13 }}>
                    {rule === "allow" ? m.late.allowHelp : m.late.skipHelp}
                  </Box>
                </>
              }
            />
          ))}
        </RadioGroup>
        {collision && (
          <NoteLine state="retrying">
            {m.late.collides(format.duration(collision.gapMs), format.duration(collision.durationMs))}
          </NoteLine>
        )}
        {error && <FormHelperText>{error}</FormHelperText>}
      </FormControl>
    </Section>
  );
}
