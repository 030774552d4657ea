import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.js';
import { wordsOf } from '../completion/words.js';
import { zshCompletion } from '../completion/zsh.js';
import { EXIT } from '../failure.js';
import { withSession } from '../session.js';

const HELP = `
  bash: add to ~/.bashrc   source <(rootspan completion bash)
  zsh:  add to ~/.zshrc    source <(rootspan completion zsh)      (after compinit)`;

/** `rootspan completion bash|zsh`: a script for the shell, made from the commands. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands and options in the shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh']))
    .addHelpText('after', HELP)
    .action((shell: string, _options: unknown, command: Command) =>
      withSession(command, async ({ output }) => {
        const words = wordsOf(program);
        await output.line(shell === 'zsh' ? zshCompletion(words) : bashCompletion(words));
        return EXIT.found;
      }),
    );
}
