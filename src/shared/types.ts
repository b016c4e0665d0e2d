/** Every entity: its valibot schema and the type inferred from it. */
export * from './entities/agent.ts';
export * from './entities/backup.ts';
export * from './entities/chat-message.ts';
export * from './entities/db-status.ts';
export * from './entities/recovery.ts';
export * from './entities/refined-prompt.ts';
export * from './entities/scratch-org.ts';
export * from './entities/ticket-run.ts';
export * from './entities/ticket.ts';
