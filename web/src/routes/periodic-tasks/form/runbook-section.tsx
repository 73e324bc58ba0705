import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import TextField from "@mui/material/TextField";
import { lazy, Suspense, useState } from "react";
import { useComponentMessages } from "../../../components/messages.ts";
import { mono } from "../../../theme/theme.ts";
import { useFormMessages } from "./messages.ts";
import { Section } from "./section.tsx";

const Markdown = lazy(() => import("../../../components/markdown.tsx"));

interface Props {
  text: string;
  onChange: (text: string) => void;
  error: string | undefined;
}

export function RunbookSection({ text, onChange, error }: Props) {
  const m = useFormMessages();
  const words = useComponentMessages();
  const [tab, setTab] = useState<"write" | "preview">("write");
  return (
    <Section title={m.runbook.title} about={m.runbook.about}>
      <div>
        <Tabs value={tab} onChange={(_, next: "write" | "preview") => setTab(next)} sx={{ mb: 1.5 }}>
          <Tab value="write" label={words.markdownWrite} />
          <Tab value="preview" label={words.markdownPreview} />
        </Tabs>
        {tab === "write" ? (
          <TextField
            multiline
            fullWidth
            minRows={10}
            maxRows={30}
            value={text}
            onChange={(event) => onChange(event.target.value)}
            error={error !== undefined}
            helperText={error}
            slotProps={{
              htmlInput: {
                "aria-label": m.runbook.label,
                "data-pointer": "/description",
                sx: { fontFamily: mono, fontSize: 13 },
              },
            }}
          />
        ) : (
          <Box sx={{ minHeight: 200 }}>
            <Suspense fallback={<Skeleton variant="rounded" height={120} />}>
              <Markdown text={text} />
            </Suspense>
          </Box>
        )}
      </div>
    </Section>
  );
}
