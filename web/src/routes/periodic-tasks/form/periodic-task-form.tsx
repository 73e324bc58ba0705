import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { type FormEvent, useMemo } from "react";
import { Link, useNavigate } from "react-router-dom";
import { useWordedTasks } from "../../../components/own-tasks/use-worded-tasks.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { UnsavedGuard } from "../../../components/unsaved-guard.tsx";
import { useSession } from "../../../services/session.ts";
import { usePeople, useQueues } from "../../../services/tasks.ts";
import type { PeriodicTaskView } from "../../../services/wire.ts";
import type { Draft } from "./draft.ts";
import { EndsSection } from "./ends-section.tsx";
import { useFieldNames } from "./field-names.ts";
import { InputFields } from "./input-section.tsx";
import { KeepSection } from "./keep-section.tsx";
import { LabelsSection } from "./labels-section.tsx";
import { LateSection } from "./late-section.tsx";
import { LimitsSection } from "./limits-section.tsx";
import { skeletons, useFormMessages } from "./messages.ts";
import { RunbookSection } from "./runbook-section.tsx";
import { Section } from "./section.tsx";
import { StaleDialog } from "./stale-dialog.tsx";
import { showField, useForm } from "./use-form.ts";
import { useComing } from "./use-preview.ts";
import { WhatSection } from "./what-section.tsx";
import { WhenSection } from "./when-section.tsx";

interface Props {
  initial: Draft;
  /** The periodic task that is edited; undefined for a new one. */
  edited: PeriodicTaskView | undefined;
}

/** One column, in the order in which one thinks: what, with which input, when, and what if not. */
export function PeriodicTaskForm({ initial, edited }: Props) {
  const m = useFormMessages();
  const { labelOf } = useFieldNames();
  const toast = useToast();
  const navigate = useNavigate();
  const session = useSession();
  const tasks = useWordedTasks() ?? [];
  const queues = useQueues().data;
  const users = usePeople().data;

  const taskNamed = (name: string) => tasks.find((task) => task.name === name.trim());
  // Whether the task takes an input or args and kwargs; for one that nobody announces, what it was saved with.
  const hasSchemaOf = (name: string) => {
    const known = taskNamed(name);
    return known ? known.inputSchema !== null : edited?.task === name && edited.input !== undefined;
  };
  const form = useForm({
    initial,
    id: edited?.id,
    skeletons: [skeletons.en, skeletons.ja],
    hasSchemaOf,
    onSaved: (saved) => {
      toast.say(edited ? m.saved(saved.name) : m.created(saved.name));
      void navigate(`/periodic-tasks/${saved.id}`);
    },
  });
  const { draft, change, errors } = form;
  const task = taskNamed(draft.task);
  const coming = useComing(draft.schedules);
  const longestRunMs = Math.max(0, ...(edited?.strip ?? []).map(({ durationMs }) => durationMs ?? 0));
  const people = useMemo(() => {
    const known = users ?? [];
    const owner = edited?.owner;
    // Whoever owns it may have left since.
    return !owner || known.some(({ id }) => id === owner.id) ? known : [...known, { ...owner, displayName: "" }];
  }, [users, edited]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void form.save();
  };
  return (
    <Box component="form" noValidate onSubmit={submit} sx={{ maxWidth: 960 }}>
      {errors.list.length > 0 && (
        <Alert severity="error" icon={false} role="alert" sx={{ mb: 2 }}>
          {m.faults(errors.list.length)}
          <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
            {errors.list.map(({ path, text }) => (
              <li key={path}>
                <Box
                  component="button"
                  type="button"
                  onClick={() => showField(path)}
                  sx={{
                    border: 0,
                    p: 0,
                    bgcolor: "transparent",
                    color: "inherit",
                    font: "inherit",
                    textDecoration: "underline",
                    cursor: "pointer",
                  }}
                >
                  {labelOf(path)}
                </Box>{" "}
                {text}
              </li>
            ))}
          </Box>
        </Alert>
      )}
      {form.failure !== undefined && errors.list.length === 0 && <ProblemView error={form.failure} what={m.failed} />}
      <Box key={form.epoch}>
        <WhatSection draft={draft} change={change} errors={errors} tasks={tasks} task={task} />
        <Section title={m.input.title} about={m.input.about}>
          <InputFields
            key={task?.name ?? ""}
            task={task}
            isChosen={draft.task.trim() !== ""}
            input={draft.input}
            args={draft.args}
            kwargs={draft.kwargs}
            onChange={change}
            faults={{ input: errors.under("/input"), args: errors.under("/args"), kwargs: errors.under("/kwargs") }}
            isStrict={form.isStrict}
            isNew={draft.task !== initial.task}
            idPrefix="input"
          />
        </Section>
        <WhenSection
          schedules={draft.schedules}
          onChange={form.changeSchedules}
          errors={errors}
          zone={session?.settings.timeZone ?? "UTC"}
        />
        <LateSection
          draft={draft}
          change={change}
          changeSchedules={form.changeSchedules}
          errors={errors}
          coming={coming}
          longestRunMs={longestRunMs}
        />
        <EndsSection draft={draft} change={change} errors={errors} coming={coming} isNew={edited === undefined} />
        <LimitsSection draft={draft} change={change} errors={errors} queues={queues} task={task} />
        <KeepSection draft={draft} change={change} errors={errors} task={task} />
        <LabelsSection draft={draft} change={change} errors={errors} people={people} />
        <RunbookSection
          text={draft.description}
          onChange={(description) => change({ description })}
          error={errors.at("/description")}
        />
      </Box>
      <Box
        sx={{
          position: "sticky",
          bottom: 0,
          zIndex: 4,
          display: "flex",
          gap: 1,
          justifyContent: "flex-end",
          py: 1.5,
          bgcolor: "background.default",
          borderTop: 1,
          borderColor: "divider",
        }}
      >
        <Button component={Link} to={edited ? `/periodic-tasks/${edited.id}` : "/periodic-tasks"} variant="text">
          {m.cancel}
        </Button>
        <Button type="submit" variant="contained" loading={form.isBusy}>
          {edited ? m.save : m.create}
        </Button>
      </Box>
      <StaleDialog
        mine={draft}
        hasSchema={hasSchemaOf(draft.task)}
        current={form.current}
        onKeepMine={form.keepMine}
        onTakeTheirs={form.takeTheirs}
        onClose={form.closeStale}
      />
      <UnsavedGuard isDirty={form.isDirty} words={m.leave} />
    </Box>
  );
}
