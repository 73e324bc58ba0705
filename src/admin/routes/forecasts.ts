import type { AdminApp } from "../admin-app.ts";
import type { AdminServer } from "../admin-server.ts";
import { forecast, forecastMinute, forecastMinuteQuery, forecastQuery, timeline, timelineQuery } from "../contract.ts";
import { given } from "../views/page-view.ts";

const tags = ["forecast"];
const config = { permission: "periodic-tasks.view" } as const;

export function registerForecasts(server: AdminServer, { catalog: { forecasts, timelines } }: AdminApp): void {
  server.get(
    "/forecast",
    {
      config,
      schema: {
        summary: "How much fires in each minute of the coming week",
        description:
          "Over all schedules that are on, computed once for equal ones. With very many different ones a part is computed and the others are estimated from it: `sampled` says so. `suggestions` names crontabs that many schedules share, and what would spread them.",
        tags,
        querystring: forecastQuery,
        response: { 200: forecast },
      },
    },
    async ({ query: { from, queue, tag } }) => {
      const week = await forecasts.week(given({ from, queue, tag }));
      return {
        ...week,
        perMinute: [...week.perMinute],
        peaks: [...week.peaks],
        suggestions: week.suggestions.map(({ plan, periodicTasks, ...one }) => ({
          ...one,
          definition: plan.definition,
          zone: plan.zone,
          periodicTasks: [...periodicTasks],
        })),
      };
    },
  );

  server.get(
    "/forecast/minute",
    {
      config,
      schema: {
        summary: "What fires in one minute",
        description: "Of the plans that most of it comes from, the first 20.",
        tags,
        querystring: forecastMinuteQuery,
        response: { 200: forecastMinute },
      },
    },
    async ({ query: { at, queue, tag } }) => {
      const minute = await forecasts.minute({ at, ...given({ queue, tag }) });
      return {
        ...minute,
        groups: minute.groups.map(({ plan, periodicTasks, ...group }) => ({
          ...group,
          definition: plan.definition,
          zone: plan.zone,
          periodicTasks: [...periodicTasks],
        })),
      };
    },
  );

  server.get(
    "/forecast/timeline",
    {
      config,
      schema: {
        summary: "How a coming day would go",
        description:
          "Each run is assumed to take as long as the last ten of its periodic task did on average (a minute where there are none), and waits for a free slot of the workers that live now. Retries, failures and overlap rules are left out.",
        tags,
        querystring: timelineQuery,
        response: { 200: timeline },
      },
    },
    async ({ query: { day, zone } }) => {
      const { demand, waiting, overloads, rows, ...one } = await timelines.day(day, zone);
      return {
        ...one,
        perMinute: [...demand],
        waitingPerMinute: [...waiting],
        overloads: [...overloads],
        rows: rows.map((row) => ({ ...row, times: [...row.times] })),
      };
    },
  );
}
