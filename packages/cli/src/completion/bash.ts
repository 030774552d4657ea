import type { OptionWords, ProgramWords } from './words.js';

/** Completion for bash: `source <(rootspan completion bash)`. */
export function bashCompletion({ name, options, commands }: ProgramWords): string {
  const takesValue = options.filter(({ value }) => value !== 'none').map(({ flag }) => flag);
  const global = options.map(({ flag }) => flag);
  return `# ${name} completion for bash, made by: ${name} completion bash
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= at words
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in
      ${takesValue.join('|')}) ((at++)) ;;
      ${commands.map((command) => command.name).join('|')}) command=\${COMP_WORDS[at]}; break ;;
    esac
  done
  COMPREPLY=()
  case "$command $previous" in
${[...valueCases('*', options), ...commands.flatMap((command) => valueCases(command.name, command.options))].join('\n')}
  esac
  case "$command" in
    '') words='${commands.map((command) => command.name).join(' ')}' ;;
${commands.map((command) => `    ${command.name}) words='${[...command.choices, ...command.options.map(({ flag }) => flag)].join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words ${global.join(' ')}" -- "$current"))
}
complete -F _${name} ${name}`;
}

/** What may follow an option that takes a value. */
function valueCases(command: string, options: readonly OptionWords[]): string[] {
  return options.flatMap(({ flag, value }) => {
    if (value === 'none') return [];
    const pattern = command === '*' ? `*' ${flag}'` : `'${command} ${flag}'`;
    const reply = value === 'any' ? '' : value === 'file' ? ' -f' : ` -W '${value.join(' ')}'`;
    return [`    ${pattern}) ${reply === '' ? '' : `COMPREPLY=($(compgen${reply} -- "$current")); `}return ;;`];
  });
}
