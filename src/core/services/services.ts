import { AgentHeartbeatService } from './agent-heartbeats.ts';
import { AgentReportService } from './agent-reports.ts';
import { AgentService } from './agent-service.ts';
import { AnalyticsService } from './analytics-service.ts';
import { ArtifactService } from './artifact-service.ts';
import { AuditTrail } from './audit-trail.ts';
import { ChatService } from './chat-service.ts';
import { ClaimService } from './claim-service.ts';
import { CommentService } from './comment-service.ts';
import { ConfigService } from './config-service.ts';
import type { ServiceContext } from './context.ts';
import { CrewService } from './crew-service.ts';
import { EpicProgress } from './epic-progress.ts';
import { EpicService } from './epic-service.ts';
import { EventService } from './event-service.ts';
import { GateService } from './gate-service.ts';
import { HistoryService } from './history-service.ts';
import { ImportService } from './import-service.ts';
import { JourneyService } from './journey-service.ts';
import { LogService } from './log-service.ts';
import { OrgService } from './org-service.ts';
import { PlanService } from './plan-service.ts';
import { PortService } from './port-service.ts';
import { ProblemService } from './problem-service.ts';
import { ProjectService } from './project-service.ts';
import { PromptService } from './prompt-service.ts';
import { ProposalService } from './proposal-service.ts';
import { PullRequestService } from './pull-request-service.ts';
import { RunService } from './run-service.ts';
import { SearchService } from './search-service.ts';
import { SyncService } from './sync-service.ts';
import { TerminalService } from './terminal-service.ts';
import { TicketBoard } from './ticket-board.ts';
import { TicketPositions } from './ticket-positions.ts';
import { TicketService } from './ticket-service.ts';
import { VotingService } from './voting-service.ts';
import { WipLimitService } from './wip-limits.ts';
import { WorkerTypeService } from './worker-type-service.ts';

/** The use cases, one service for each subject. */
export type Services = ReturnType<typeof createServices>;

/** Makes the services over one database. */
export function createServices(context: ServiceContext) {
  const audit = new AuditTrail(context);
  const limits = new WipLimitService(context);
  const positions = new TicketPositions(context.repositories.tickets);
  const board = new TicketBoard(context, { audit, limits, positions });
  const tickets = new TicketService(context, { audit, limits, positions, board });
  const history = new HistoryService(context, { audit, board });
  const runs = new RunService(context, audit);
  const orgs = new OrgService(context, audit);
  const agents = new AgentService(context, { tickets, runs, orgs, audit });
  const reports = new AgentReportService(context, agents);
  const claims = new ClaimService(context, { agents, reports, tickets });
  const heartbeats = new AgentHeartbeatService(context);
  const chat = new ChatService(context, agents, runs);
  const prompts = new PromptService(context);
  const imports = new ImportService(context, { audit, positions, limits });
  const problems = new ProblemService(context);
  const search = new SearchService(context);
  const analytics = new AnalyticsService(context);
  const projects = new ProjectService(context, { tickets, agents });
  const workerTypes = new WorkerTypeService(context);
  const comments = new CommentService(context);
  const events = new EventService(context);
  const plans = new PlanService(context, {
    ...{ audit, board, positions, tickets, comments, events, agents, runs },
  });
  const progress = new EpicProgress(context, audit);
  const epics = new EpicService(context, { audit, progress });
  const gates = new GateService(context, { audit, progress });
  const pullRequests = new PullRequestService(context, audit);
  const proposals = new ProposalService(context, audit);
  const voting = new VotingService(context, audit, proposals);
  const journeys = new JourneyService(context);
  const artifacts = new ArtifactService(context, search);
  const terminals = new TerminalService(context);
  const ports = new PortService(context);
  const crews = new CrewService(context, agents);
  const logs = new LogService(context);
  const config = new ConfigService(context);
  const sync = new SyncService(context);
  return {
    projects,
    workerTypes,
    comments,
    events,
    plans,
    epics,
    gates,
    pullRequests,
    proposals,
    voting,
    journeys,
    artifacts,
    terminals,
    ports,
    crews,
    logs,
    config,
    sync,
    tickets,
    limits,
    history,
    agents,
    heartbeats,
    reports,
    claims,
    orgs,
    chat,
    runs,
    prompts,
    imports,
    problems,
    search,
    analytics,
  };
}
