import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { LineSchema, pageEntries } from '../../shared/entities/fields.ts';
import { GATE_STATUSES, type Gate, type GateStatus } from '../../shared/types.ts';
import { useApp } from '../app-connection.ts';
import type { CommandContext } from '../command-context.ts';
import { findGate } from '../find-row.ts';
import { choicesOption, numberBy, parsedBy, valueOption } from '../options.ts';
import { printJson, printLine, printRows } from '../output.ts';

const LIST_HELP = `
Without --status it lists those that wait.

Examples:
  sweatshop gates list
  sweatshop gates list --status approved,rejected --json`;

const APPROVE_HELP = `
With the last approval that is needed the epic goes on.

Examples:
  sweatshop gates approve gat_V1StGXR8
  sweatshop gates approve V1St --as ana --comment "Tried on a phone."`;

const REJECT_HELP = `
The epic goes back to the stage.

Examples:
  sweatshop gates reject gat_V1StGXR8 --reason "The tests are red."`;

type ListOptions = {
  readonly status?: GateStatus[];
  readonly epic?: string;
  readonly limit?: number;
  readonly json?: boolean;
};
type Verdict = { readonly as?: string; readonly json?: boolean };

/** Adds the commands of `gates`. */
export function addGates(parent: Command, context: CommandContext): void {
  addList(parent, context);
  parent
    .command('approve')
    .summary('approve a gate')
    .description('Approves a gate.')
    .argument('<id>', 'the gate')
    .addOption(asOption())
    .option('--comment <text>', 'what there is to say')
    .option('--json', 'print the gate as JSON')
    .addHelpText('after', APPROVE_HELP)
    .action(async (id: string, options: Verdict & { readonly comment?: string }) => {
      const { as = userInfo().username, comment } = options;
      const gate = await useApp(context, async (api) =>
        api.gates.approve((await findGate(api, id)).id, {
          by: as,
          ...(comment !== undefined && { comment }),
        }),
      );
      printGate(context, gate, options);
    });
  parent
    .command('reject')
    .summary('reject a gate')
    .description('Rejects a gate.')
    .argument('<id>', 'the gate')
    .requiredOption('--reason <text>', 'what is missing')
    .addOption(asOption())
    .option('--json', 'print the gate as JSON')
    .addHelpText('after', REJECT_HELP)
    .action(async (id: string, options: Verdict & { readonly reason: string }) => {
      const { as = userInfo().username, reason } = options;
      const gate = await useApp(context, async (api) =>
        api.gates.reject((await findGate(api, id)).id, { by: as, reason }),
      );
      printGate(context, gate, options);
    });
}

function addList(parent: Command, context: CommandContext): void {
  parent
    .command('list')
    .summary('list gates')
    .description('Lists gates, the oldest first.')
    .addOption(choicesOption('--status <statuses>', 'only in one of these', GATE_STATUSES))
    .option('--epic <id>', 'only of this epic')
    .addOption(
      valueOption('--limit <count>', 'how many at most', numberBy(pageEntries.limit.wrapped)),
    )
    .option('--json', 'print the gates as JSON')
    .addHelpText('after', LIST_HELP)
    .action(async ({ status = ['pending'], epic, limit, json = false }: ListOptions) => {
      const gates = await useApp(context, (api) =>
        api.gates.list({
          status,
          ...(epic !== undefined && { epicId: epic }),
          ...(limit !== undefined && { limit }),
        }),
      );
      printRows(context, gates, {
        json,
        columns: [
          { head: 'ID', value: ({ id }) => id },
          { head: 'TYPE', value: ({ gateType }) => gateType },
          { head: 'STATUS', value: (gate) => gate.status },
          {
            head: 'APPROVED BY',
            value: ({ approvedBy, approvalsNeeded }) =>
              `${String(approvedBy.length)}/${String(approvalsNeeded)} ${approvedBy.join(', ')}`,
          },
          { head: 'DESCRIPTION', value: ({ description }) => description, isFlexible: true },
        ],
        empty: 'There are no such gates.',
      });
    });
}

function asOption() {
  return valueOption('--as <name>', 'who decides (default: your user name)', parsedBy(LineSchema));
}

function printGate(context: CommandContext, gate: Gate, { json = false }: Verdict): void {
  if (json) printJson(context, gate);
  else printLine(context, gate.id, gate.status, gate.description);
}
