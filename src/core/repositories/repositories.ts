import type { Database } from '../database/database.ts';
import { AgentLogRepository } from './agent-log-repository.ts';
import { AgentRepository } from './agent-repository.ts';
import { AnnotationRepository } from './annotation-repository.ts';
import { ArtifactRepository } from './artifact-repository.ts';
import { ChatMessageRepository } from './chat-message-repository.ts';
import { CommentRepository } from './comment-repository.ts';
import { ConfigRepository } from './config-repository.ts';
import { DecisionRepository } from './decision-repository.ts';
import { EpicRepository } from './epic-repository.ts';
import { EventRepository } from './event-repository.ts';
import { GateCommentRepository } from './gate-comment-repository.ts';
import { GateRepository } from './gate-repository.ts';
import { ImportRecordRepository } from './import-record-repository.ts';
import { JourneyRepository } from './journey-repository.ts';
import { JourneyStageRepository } from './journey-stage-repository.ts';
import { PortAllocationRepository } from './port-allocation-repository.ts';
import { ProjectRepository } from './project-repository.ts';
import { ProposalRepository } from './proposal-repository.ts';
import { PullRequestRepository } from './pull-request-repository.ts';
import { RefinedPromptRepository } from './refined-prompt-repository.ts';
import { ScratchOrgRepository } from './scratch-org-repository.ts';
import { SearchRepository } from './search-repository.ts';
import { StageRepository } from './stage-repository.ts';
import { SyncStateRepository } from './sync-state-repository.ts';
import { TerminalRepository } from './terminal-repository.ts';
import { TicketRepository } from './ticket-repository.ts';
import { TicketRunRepository } from './ticket-run-repository.ts';
import { VoteRepository } from './vote-repository.ts';
import { WorkerTypeRepository } from './worker-type-repository.ts';

/** One repository for each entity, all over one database. */
export type Repositories = ReturnType<typeof createRepositories>;

/** Makes the repositories of a database. */
export function createRepositories(database: Database) {
  return {
    tickets: new TicketRepository(database),
    agents: new AgentRepository(database),
    orgs: new ScratchOrgRepository(database),
    chat: new ChatMessageRepository(database),
    runs: new TicketRunRepository(database),
    prompts: new RefinedPromptRepository(database),
    agentLogs: new AgentLogRepository(database),
    annotations: new AnnotationRepository(database),
    artifacts: new ArtifactRepository(database),
    comments: new CommentRepository(database),
    config: new ConfigRepository(database),
    decisions: new DecisionRepository(database),
    epics: new EpicRepository(database),
    events: new EventRepository(database),
    gateComments: new GateCommentRepository(database),
    gates: new GateRepository(database),
    importRecords: new ImportRecordRepository(database),
    journeys: new JourneyRepository(database),
    journeyStages: new JourneyStageRepository(database),
    portAllocations: new PortAllocationRepository(database),
    projects: new ProjectRepository(database),
    proposals: new ProposalRepository(database),
    pullRequests: new PullRequestRepository(database),
    search: new SearchRepository(database),
    stages: new StageRepository(database),
    syncStates: new SyncStateRepository(database),
    terminals: new TerminalRepository(database),
    votes: new VoteRepository(database),
    workerTypes: new WorkerTypeRepository(database),
  };
}
