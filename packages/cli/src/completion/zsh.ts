import type { OptionWords, ProgramWords } from './words.js';

/** Completion for zsh: `rootspan completion zsh > "${fpath[1]}/_rootspan"`, or `source <(rootspan completion zsh)`. */
export function zshCompletion({ name, options, commands }: ProgramWords): string {
  const global = options.map(specOf);
  const cases = commands.map((command) => {
    const known = new Set(command.options.map(({ flag }) => flag));
    const own = [...command.options.map(specOf), ...options.filter(({ flag }) => !known.has(flag)).map(specOf)];
    // Words that nobody can list have to be allowed too, else nothing is completed after them.
    const words = `'*:word:${command.choices.length === 0 ? ' ' : `(${command.choices.join(' ')})`}'`;
    return `        ${command.name}) _arguments ${[...own, words].join(' ')} ;;`;
  });
  return `#compdef ${name}
# ${name} completion for zsh, made by: ${name} completion zsh
_${name}() {
  local state line
  local -a commands=(
${commands.map((command) => `    ${quoted(`${command.name}:${command.description}`)}`).join('\n')}
  )
  _arguments -C ${global.join(' ')} '1: :->command' '*:: :->rest'
  case "$state" in
    command) _describe command commands ;;
    rest)
      case "$line[1]" in
${cases.join('\n')}
      esac ;;
  esac
}
if [ "$funcstack[1]" = "_${name}" ]; then _${name} "$@"; else compdef _${name} ${name}; fi`;
}

/** `--limit[most records]:value:` in quotes (zshcompsys(1), _arguments). */
function specOf({ flag, description, value }: OptionWords): string {
  const text = `${flag}[${description.replace(/[[\]\\:]/g, '\\$&')}]`;
  if (value === 'none') return quoted(text);
  return quoted(`${text}:value:${value === 'any' ? ' ' : value === 'file' ? '_files' : `(${value.join(' ')})`}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
