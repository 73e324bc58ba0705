/** The wire types under short names, read off the contract's schemas without a trace of them in the bundle. */
import type * as contract from "../../../src/admin/contract.ts";

type Output<Schema extends { _output: unknown }> = Schema["_output"];

export type {
  AuditReport,
  BackfillPreview,
  BulkResult,
  CalendarInput,
  CalendarPreview,
  CalendarView,
  ChangeView,
  CodePlan,
  DeadLetterSummary,
  DeadLetterView,
  FiringView,
  Forecast,
  ForecastMinute,
  GroupView,
  Health,
  HoldView,
  KeepView,
  LogPage,
  ModelView,
  Overview,
  Page,
  PauseInForce,
  PauseView,
  PeriodicTaskInput,
  PeriodicTaskSummary,
  PeriodicTaskView,
  Permission,
  PlanEffects,
  Problem,
  PurgeView,
  QueueView,
  RunState,
  RunSummary,
  RunTree,
  RunTreeLine,
  RunView,
  ScheduleInput,
  SchedulePreview,
  ScheduleView,
  SearchReport,
  Session,
  StripEntry,
  TaskView,
  Timeline,
  UserView,
  WorkerCommandInput,
  WorkerCommandReply,
  WorkerInspection,
  WorkerView,
} from "../../../src/admin/contract.ts";

export type Bilingual = Output<typeof contract.bilingual>;
export type Warning = Output<typeof contract.warning>;
export type CalendarSummary = Output<typeof contract.calendarSummary>;
export type HolidaySource = Output<typeof contract.holidaySource>;
export type HolidayCountry = Output<typeof contract.holidayCountry>;
export type PlannedEffect = Output<typeof contract.plannedEffect>;
export type ReplanState = Output<typeof contract.replanState>;
export type ImportReport = Output<typeof contract.importReport>;
export type ReplanReport = Output<typeof contract.replanReport>;
export type Verdict = Output<typeof contract.verdict>;
export type Visitor = Output<typeof contract.visitor>;
export type PersonView = Output<typeof contract.personView>;
export type TagView = Output<typeof contract.tagView>;
export type BulkAction = (typeof contract.bulkAction)["_input"];
export type DeletionPreview = Output<typeof contract.deletionPreview>;
export type PauseInput = Output<typeof contract.pauseInput>;
export type NewPause = (typeof contract.newPause)["_input"];
export type NewDrain = (typeof contract.newDrain)["_input"];
export type BackfillRequest = (typeof contract.backfillRequest)["_input"];
export type BackfillReport = Output<typeof contract.backfillReport>;
export type RunNow = Output<typeof contract.runNow>;
export type SendRun = Output<typeof contract.sendRun>;
export type Rerun = Output<typeof contract.rerun>;
export type RunError = Output<typeof contract.runError>;
export type LogChunk = Output<typeof contract.logChunk>;
export type UserInput = Output<typeof contract.userInput>;
export type GroupInput = Output<typeof contract.groupInput>;
export type PermissionView = Output<typeof contract.permissionView>;
export type TokenInput = Output<typeof contract.tokenInput>;
export type TokenCreated = Output<typeof contract.tokenCreated>;
export type ModelField = Output<typeof contract.modelField>;
export type ModelRecord = Output<typeof contract.record>;
export type ChangedEvent = Output<typeof contract.changedEvent>;
export type TokenView = Output<typeof contract.tokenView>;
