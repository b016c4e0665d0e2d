import type { AgentHeartbeatService } from '../services/agent-heartbeats.ts';
import type { AgentReportService } from '../services/agent-reports.ts';
import type { AgentService } from '../services/agent-service.ts';
import type { HandlersOf } from './handlers.ts';

export function agentHandlers(
  agents: AgentService,
  heartbeats: AgentHeartbeatService,
  reports: AgentReportService,
): HandlersOf<'agents'> {
  return {
    list: () => agents.list(),
    get: (id) => agents.get(id),
    create: (data) => agents.create(data),
    update: (id, patch) => agents.update(id, patch),
    delete: (id, options) => {
      agents.delete(id, options);
    },
    assign: (id, assignment) => agents.assign(id, assignment),
    ask: (id, question) => agents.ask(id, question),
    fail: (id, message) => agents.fail(id, message),
    approve: (id) => agents.approve(id),
    reject: (id, reason) => agents.reject(id, reason),
    merge: (id) => agents.merge(id),
    stop: (id, reason) => agents.stop(id, reason),
    report: (id, patch) => reports.report(id, patch),
    heartbeat: (id, report) => heartbeats.beat(id, report),
    stale: () => heartbeats.stale(),
    markStale: () => heartbeats.markStale(),
    writeTerminal: (id, data) => {
      agents.writeTerminal(id, data);
    },
  };
}
