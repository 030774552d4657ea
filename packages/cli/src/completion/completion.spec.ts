import { execFileSync } from 'node:child_process';
import { createProgram } from '../program.js';
import { bashCompletion } from './bash.js';
import { wordsOf } from './words.js';
import { zshCompletion } from './zsh.js';

const words = wordsOf(createProgram());
/** Asks bash itself what it would offer after these words. */
const CALL = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rootspan; printf "%s\\n" "${COMPREPLY[@]}"';

function offered(...typed: readonly string[]): string[] {
  const script = `${bashCompletion(words)}\n${CALL}`;
  const answer = execFileSync('bash', ['-c', script, 'bash', 'rootspan', ...typed], { encoding: 'utf8' });
  return answer.split('\n').filter((word) => word !== '');
}

describe('Completion', () => {
  it('offers commands in bash', () => {
    expect(offered('pat')).toEqual(['patterns', 'pattern']);
    expect(offered('--address', '127.0.0.1:1', 'tr')).toEqual(['trace']);
  });

  it('offers options and their values in bash', () => {
    expect(offered('logs', '--or')).toEqual(['--order']);
    expect(offered('logs', '--order', '')).toEqual(['desc', 'asc']);
    expect(offered('dag', 'abc123', '--format', 'm')).toEqual(['mermaid']);
    expect(offered('logs', '--js')).toEqual(['--json']);
  });

  it('offers the words of an argument in bash', () => {
    expect(offered('pattern', 'f00d', 're')).toEqual(['resolve', 'reopen']);
  });

  it('knows every command and every option in zsh too', () => {
    const script = zshCompletion(words);
    for (const { name, options } of words.commands) {
      expect(script).toContain(`'${name}:`);
      for (const { flag } of options) expect(script).toContain(`'${flag}[`);
    }
  });
});
