import fs from 'node:fs';
import path from 'node:path';
import type { RootCommand } from '@bomb.sh/tab';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { BASH_COMPLETION } from './bash-completion.ts';
import type { CommandContext } from './command-context.ts';

/** What the help calls an argument or a value that is a file or a folder. */
const PATH_NAME = /[<[](path|file|dir|folder)[\]>]/i;

const HELP = `
It prints a script for your shell, which then completes commands, options and their values.

Examples:
  source <(sweatshop completion bash)
  sweatshop completion zsh > ~/.zsh/completions/_sweatshop
  sweatshop completion fish > ~/.config/fish/completions/sweatshop.fish
  sweatshop completion powershell >> $PROFILE`;

/** Adds `completion`, and the hidden command by which its scripts ask; every other command must be there already. */
export function addCompletion(program: Command, { stdout }: CommandContext): void {
  const root = tab(program, { completionCommandName: 'completion' });
  const completion = program.commands.find((command) => command.name() === 'completion');
  completion
    ?.summary('print a script for shell completion')
    .description('Prints a script that makes your shell complete this command.')
    .addHelpText('after', HELP)
    .action((shell: string) => {
      if (shell === 'bash') stdout.write(BASH_COMPLETION);
      else root.setup(program.name(), program.name(), shell);
    });
  const [shell] = completion?.registeredArguments ?? [];
  if (shell) shell.description = 'your shell';
  completePaths(root, program, []);
}

/** The scripts turn off what the shell would complete by itself, so paths are completed here too. */
function completePaths(root: RootCommand, command: Command, words: readonly string[]): void {
  const known = words.length === 0 ? root : root.commands.get(words.join(' '));
  for (const { flags, long } of command.options) {
    const option = known?.options.get(long?.slice(2) ?? '');
    if (option && PATH_NAME.test(flags)) option.handler = offerPaths;
  }
  for (const argument of command.registeredArguments) {
    const found = known?.arguments.get(argument.name());
    if (found && PATH_NAME.test(`<${argument.name()}>`)) found.handler = offerPaths;
  }
  for (const child of command.commands) completePaths(root, child, [...words, child.name()]);
}

function offerPaths(offer: (value: string, description: string) => void): void {
  const [word = ''] = (process.argv.at(-1) ?? '').split('=').slice(-1);
  const folder = word.slice(0, word.lastIndexOf('/') + 1);
  for (const entry of readFolder(path.resolve(folder))) {
    offer(`${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`, '');
  }
}

function readFolder(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
