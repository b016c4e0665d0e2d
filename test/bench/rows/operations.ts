import type { DatabaseSync } from 'node:sqlite';
import { AGENT_COUNT, NEEDLE, RUN_TICKET_COUNT, wordOf, type SeedKind } from '../seed.ts';

type Call = readonly [channel: string, args: readonly unknown[]];

/** Something that the page asks for. */
export type Operation = {
  readonly name: string;
  readonly kind: SeedKind;
  readonly isWrite: boolean;
  /** Gives what makes the next call. */
  readonly makeCall: (rows: number) => () => Call;
  /** The same of another SQLite, on the same rows. */
  readonly makePeer?: (peer: DatabaseSync, rows: number) => () => unknown;
  /** Where each of the results counts: how many there are. */
  readonly resultsOf?: (value: unknown) => number;
  /** Past it the results alone do not fit into memory. */
  readonly mostRows?: number;
};

const COMMON_WORD = wordOf(3);

const READS: readonly Omit<Operation, 'isWrite'>[] = [
  {
    name: 'read a ticket by id',
    kind: 'tickets',
    makeCall: (rows) => () => ['ticket:get', [anyTicket(rows)]],
    makePeer: (peer, rows) => {
      const statement = peer.prepare('SELECT * FROM tickets WHERE id = ?');
      return () => statement.get(anyTicket(rows));
    },
  },
  {
    name: 'first 50 cards of a column',
    kind: 'tickets',
    makeCall: () => () => [
      'ticket:cards',
      [{ status: ['merged'], orderBy: 'position', limit: 50 }],
    ],
    makePeer: (peer) => {
      const statement = peer.prepare(
        "SELECT * FROM tickets WHERE archived_at IS NULL AND status = 'merged' ORDER BY status, position, id LIMIT 50",
      );
      return () => statement.all();
    },
  },
  {
    name: 'the cards of 50 changed tickets',
    kind: 'tickets',
    makeCall: (rows) => () => {
      const ids = Array.from({ length: 50 }, () => anyTicket(rows));
      return ['ticket:cards', [{ ids }]];
    },
  },
  {
    name: 'all cards of the board, each',
    kind: 'tickets',
    makeCall: () => () => ['ticket:cards', [{ orderBy: 'position' }]],
    resultsOf: (value) => (value as readonly unknown[]).length,
    mostRows: 100_000,
  },
  {
    name: 'cards with a text anywhere (the filter of the board)',
    kind: 'tickets',
    makeCall: () => () => ['ticket:cards', [{ text: NEEDLE }]],
  },
  {
    name: 'first 50 tickets by priority',
    kind: 'tickets',
    makeCall: () => () => ['ticket:cards', [{ limit: 50 }]],
  },
  {
    name: 'first 50 tickets by last change',
    kind: 'tickets',
    makeCall: () => () => {
      return ['ticket:cards', [{ orderBy: 'updatedAt', direction: 'desc', limit: 50 }]];
    },
  },
  {
    name: 'search for a common word in tickets',
    kind: 'tickets',
    makeCall: () => () => ['search:find', [{ text: COMMON_WORD }]],
  },
  {
    name: 'search for a word of 20 texts in tickets',
    kind: 'tickets',
    makeCall: () => () => ['search:find', [{ text: NEEDLE }]],
  },
  {
    name: 'list of agents',
    kind: 'records',
    makeCall: () => () => ['agent:list', []],
  },
  {
    name: 'last 50 messages of a conversation',
    kind: 'records',
    makeCall: () => () => ['chat:history', [anyAgent(), { limit: 50 }]],
    makePeer: (peer) => {
      const statement = peer.prepare(
        'SELECT * FROM chat_messages WHERE agent_id = ? ORDER BY timestamp DESC, seq DESC LIMIT 50',
      );
      return () => statement.all(anyAgent());
    },
  },
  {
    name: '50 messages before one of a conversation',
    kind: 'records',
    makeCall: (rows) => () => {
      const number = Math.ceil(rows / 2 / AGENT_COUNT) * AGENT_COUNT;
      return ['chat:history', ['agt_1', { limit: 50, beforeId: `msg_${String(number)}` }]];
    },
  },
  {
    name: 'last 25 runs of an agent',
    kind: 'records',
    makeCall: () => () => ['run:list', [{ agentId: anyAgent(), limit: 26 }]],
  },
  {
    name: 'last 25 runs of a ticket',
    kind: 'records',
    makeCall: () => () => ['run:list', [{ ticketId: anyTicket(RUN_TICKET_COUNT), limit: 26 }]],
  },
  {
    name: 'present run of an agent',
    kind: 'records',
    makeCall: () => () => ['run:current', [anyAgent()]],
  },
  {
    name: 'last 50 events',
    kind: 'records',
    makeCall: () => () => ['event:list', [{ limit: 50 }]],
  },
  {
    name: 'first 50 events of the queue',
    kind: 'records',
    makeCall: () => () => ['event:list', [{ processed: false, limit: 50 }]],
  },
  {
    name: 'last 50 log lines of an agent',
    kind: 'records',
    makeCall: () => () => ['log:list', [{ agentId: anyAgent(), limit: 50 }]],
  },
  {
    name: 'search for a common word in everything',
    kind: 'records',
    makeCall: () => () => ['search:find', [{ text: COMMON_WORD }]],
  },
  {
    name: 'search for a word of 20 texts in everything',
    kind: 'records',
    makeCall: () => () => ['search:find', [{ text: NEEDLE }]],
  },
];

const WRITES: typeof READS = [
  {
    name: 'create a ticket',
    kind: 'tickets',
    makeCall: () => () => {
      return ['ticket:create', [{ title: 'A new ticket', description: 'With a few words.' }]];
    },
  },
  {
    name: 'change the title of a ticket',
    kind: 'tickets',
    makeCall: (rows) => {
      const next = counter();
      return () => ['ticket:update', [anyTicket(rows), { title: `Title ${String(next())}` }]];
    },
  },
  {
    name: 'move a ticket to the top of a column',
    kind: 'tickets',
    makeCall: (rows) => {
      const next = counter();
      return () => [
        'ticket:move',
        [openTicket(rows), { status: next() % 2 ? 'ready' : 'backlog' }],
      ];
    },
  },
  {
    name: 'merge a ticket, or take that back',
    kind: 'tickets',
    makeCall: (rows) => {
      const next = counter();
      const id = openTicket(rows);
      return () => ['ticket:move', [id, { status: next() % 2 ? 'merged' : 'backlog' }]];
    },
  },
  {
    name: 'send a chat message',
    kind: 'records',
    makeCall: () => () => ['chat:send', [anyAgent(), 'Please look at it again.']],
  },
  {
    name: 'add a log line',
    kind: 'records',
    makeCall: () => () => ['log:add', [anyAgent(), { message: 'The tests have passed.' }]],
  },
];

/** What needs writes before it. */
const LATE_READS: typeof READS = [
  {
    name: 'what undo would take back',
    kind: 'tickets',
    makeCall: () => () => ['history:last', []],
  },
];

/** Every read and write of the page whose cost could grow with what is kept. */
export const OPERATIONS: readonly Operation[] = [
  ...READS.map((read) => ({ ...read, isWrite: false })),
  ...WRITES.map((write) => ({ ...write, isWrite: true })),
  ...LATE_READS.map((read) => ({ ...read, isWrite: false })),
];

function anyTicket(rows: number): string {
  return `tkt_${String(1 + Math.floor(Math.random() * rows))}`;
}

/** Each tenth ticket is open. */
function openTicket(rows: number): string {
  return `tkt_${String(10 * (1 + Math.floor((Math.random() * rows) / 10)))}`;
}

function anyAgent(): string {
  return `agt_${String(1 + Math.floor(Math.random() * AGENT_COUNT))}`;
}

function counter(): () => number {
  let count = 0;
  return () => (count += 1);
}
