import type { Command, Option } from 'commander';

/** What can be typed at a place of the command line. */
export interface OptionWords {
  readonly flag: string;
  readonly description: string;
  /** `none`: it takes no value; `any`: one that nobody can list. */
  readonly value: 'none' | 'any' | 'file' | readonly string[];
}

export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Values of its arguments that can be listed. */
  readonly choices: readonly string[];
}

/** The words of a program: read off its commands, so that completion never falls behind them. */
export interface ProgramWords {
  readonly name: string;
  readonly options: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
}

export function wordsOf(program: Command): ProgramWords {
  return {
    name: program.name(),
    options: optionsOf(program),
    commands: program.commands.map((command) => ({
      name: command.name(),
      description: command.description(),
      options: optionsOf(command),
      choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    })),
  };
}

function optionsOf(command: Command): OptionWords[] {
  const help = { flag: '--help', description: 'display help', value: 'none' } as const;
  return [...command.options.filter(({ hidden }) => !hidden).map(wordsOfOption), help];
}

function wordsOfOption(option: Option): OptionWords {
  const takesValue = option.required || option.optional;
  const values = option.argChoices ?? (option.flags.includes('<path>') ? 'file' : 'any');
  return { flag: option.long ?? option.flags, description: option.description, value: takesValue ? values : 'none' };
}
