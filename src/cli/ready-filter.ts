import type { Command } from 'commander';
import { TICKET_KINDS, type ClaimFilter } from '../shared/types.ts';
import { IdSchema, LineSchema, SearchTextSchema } from '../shared/entities/fields.ts';
import type { SweatShopApi } from '../shared/ipc-channels.ts';
import { findProject } from './find-row.ts';
import { choicesOption, listOption, parsedBy, valueOption } from './options.ts';
import { withoutUndefined } from './without-undefined.ts';

/** The options of {@link addReadyFilter} as they are parsed. */
export type ReadyOptions = {
  readonly kind?: ClaimFilter['kind'];
  readonly label?: string[];
  readonly project?: string;
  readonly epic?: string;
  readonly agentType?: string;
};

/** Adds the options that narrow which tickets an agent could start. */
export function addReadyFilter(command: Command): Command {
  return command
    .addOption(choicesOption('--kind <kinds>', 'only of these kinds', TICKET_KINDS))
    .addOption(listOption('--label <labels>', 'only with one of these', parsedBy(SearchTextSchema)))
    .addOption(valueOption('--project <project>', 'only of this project', parsedBy(LineSchema)))
    .addOption(valueOption('--epic <id>', 'only of this epic', parsedBy(IdSchema)))
    .addOption(
      valueOption('--agent-type <type>', 'only for this type of agent', parsedBy(LineSchema)),
    );
}

/** @throws SweatShopError NotFound for a project that does not exist. */
export async function toReadyFilter(
  api: SweatShopApi,
  { kind, label, project, epic, agentType }: ReadyOptions,
): Promise<ClaimFilter> {
  const projectId = project === undefined ? undefined : (await findProject(api, project)).id;
  return withoutUndefined({ kind, label, projectId, epicId: epic, agentType });
}
