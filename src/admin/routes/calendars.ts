import { z } from "zod";
import { HyoshiError, isHyoshiError } from "../../base/error.ts";
import type { SeenCalendar } from "../../catalog/calendars.ts";
import { viewerOf } from "../access.ts";
import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import {
  calendarInput,
  calendarPreview,
  calendarPreviewRequest,
  calendarQuery,
  calendarSummary,
  calendarView,
  holidayCountry,
  page,
} from "../contract.ts";
import { idParameter } from "../paging.ts";
import { calendarSummaryOf, calendarViewOf } from "../views/calendar-view.ts";
import { given, pageViewOf } from "../views/page-view.ts";
import { planEffectsView } from "../views/plan-effects-view.ts";

const tags = ["calendars"];
const view = { permission: "periodic-tasks.view" } as const;
const edit = { permission: "calendars.edit" } as const;

export function registerCalendars(server: AdminServer, { catalog: { calendars } }: AdminApp): void {
  server.get(
    "/calendars",
    {
      config: view,
      schema: {
        summary: "List calendars, by name",
        tags,
        querystring: calendarQuery,
        response: { 200: page(calendarSummary) },
      },
    },
    async ({ query: { archived, after, limit, count } }) => {
      const found = await calendars.list({
        archived: archived === "true",
        limit,
        ...given({ after }),
        ...(count === "true" && { count: true }),
      });
      return pageViewOf(found, calendarSummaryOf);
    },
  );

  server.post(
    "/calendars",
    {
      config: edit,
      schema: {
        summary: "Make a calendar",
        description:
          "The holidays of the countries and years are looked up now and kept: another version of the list changes no calendar by itself.",
        tags,
        body: calendarInput,
        response: { 201: calendarView },
      },
    },
    async (request, reply) => {
      const { version: _, ...input } = request.body;
      const saved = await calendars.save(input, undefined, viewerOf(request));
      return reply.code(201).send(calendarViewOf(saved));
    },
  );

  server.post(
    "/calendars/preview",
    {
      config: edit,
      schema: {
        summary: "What a calendar would be, and what its edit would change",
        description:
          "`id` names the one that is edited: the answer tells which schedules that follow it fire at other times in the coming year. Changes nothing.",
        tags,
        body: calendarPreviewRequest,
        response: { 200: calendarPreview },
      },
    },
    async ({ body: { id, calendar } }) => {
      const { version: _, ...input } = calendar;
      const preview = await calendars.preview(input, id);
      return {
        ...planEffectsView(preview),
        holidayDays: preview.holidayDays.map((day) => ({ ...day })),
        warnings: [...preview.warnings],
      };
    },
  );

  server.get(
    "/holiday-countries",
    {
      config: view,
      schema: {
        summary: "The countries whose holidays a calendar can take over",
        tags,
        response: { 200: z.object({ items: z.array(holidayCountry) }) },
      },
    },
    async () => ({
      items: (await calendars.countries()).map((country) => ({ ...country, regions: [...country.regions] })),
    }),
  );

  server.get(
    "/calendars/:id",
    {
      config: view,
      schema: { summary: "A calendar", tags, params: idParameter, response: { 200: calendarView } },
    },
    async ({ params }) => calendarViewOf(await calendars.get(params.id)),
  );

  server.put(
    "/calendars/:id",
    {
      config: edit,
      schema: {
        summary: "Replace a calendar",
        description:
          "The schedules that follow it are planned anew before the answer: each gets a revision that names the calendar's version, and its next time. `version` is the one that the change was made from; when another change came between, the answer is 409 `stale_version` with `current`.",
        tags,
        params: idParameter,
        body: calendarInput,
        response: { 200: calendarView },
      },
    },
    async (request) => {
      const { version, ...input } = request.body;
      const { id } = request.params;
      try {
        return calendarViewOf(await calendars.save(input, { id, version }, viewerOf(request)));
      } catch (error) {
        if (!isHyoshiError(error, "stale_version")) throw error;
        const current = calendarViewOf(error.fields.current as SeenCalendar);
        throw new HyoshiError(error.code, error.message, { fields: { current } });
      }
    },
  );

  server.delete(
    "/calendars/:id",
    {
      config: edit,
      schema: {
        summary: "Archive a calendar",
        description: "Answers 409 `calendar_in_use` while a schedule follows it.",
        tags,
        params: idParameter,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await calendars.archive(request.params.id, viewerOf(request));
      return reply.code(204).send();
    },
  );
}
