"""Completion in bash, zsh and fish: the scripts, and the answer to one TAB.

click's own scripts and classes are not used: they put a space after `x=`, lose what bash split at `=`, replace
`--format=js` by `json` in zsh, and take `-x^2` for options.

A script sends the line up to the cursor in _BPCALC_LINE. The answer has one offer a line: its kind (plain, nospace:
nothing is put behind it, file: the shell completes files itself, or array: it does so behind an @), the word, and in
zsh and fish its description.
"""

from __future__ import annotations

import os

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, split_arg_string

from bpcalc.cli.clicked import Command
from bpcalc.cli.words import spellings, tell_apart
from bpcalc.errors import BpcalcError

BASH = r"""# Completion for bpcalc. Add this line to ~/.bashrc:  eval "$(bpcalc completions bash)"
_bpcalc_completion() {
    local program=bpcalc answer kind word
    [[ $1 == */* ]] && program=${1/#\~/$HOME}
    answer=$(_BPCALC_COMPLETE=bash_complete _BPCALC_LINE="${COMP_LINE:0:COMP_POINT}" _BPCALC_BREAKS="$COMP_WORDBREAKS" \
        "$program" 2>/dev/null </dev/null)
    COMPREPLY=()
    while IFS=$'\t' read -r kind word _; do
        case $kind in
            plain) COMPREPLY+=("$word") ;;
            nospace) COMPREPLY+=("$word"); compopt -o nospace 2>/dev/null ;;
            file) compopt -o default 2>/dev/null ;;
            array) _bpcalc_arrays "$word" ;;
        esac
    done <<< "$answer"
}

# files behind the @ of x=@data.csv, which bash itself takes for the beginning of a host
_bpcalc_arrays() {
    local path
    while IFS= read -r path; do
        [[ -d $path ]] && { path+=/; compopt -o nospace 2>/dev/null; }
        COMPREPLY+=("${1%"${1##*@}"}$path")
    done < <(compgen -f -- "${1##*@}")
}

# nosort needs bash 4.4
complete -o nosort -F _bpcalc_completion bpcalc 2>/dev/null || complete -F _bpcalc_completion bpcalc
"""

ZSH = r"""#compdef bpcalc
# Completion for bpcalc. Add this line to ~/.zshrc, after compinit:  eval "$(bpcalc completions zsh)"
_bpcalc() {
    local program=bpcalc answer kind word description files
    local -a plain nospace described
    [[ ${(Q)words[1]} == */* ]] && program=${${(Q)words[1]}/#\~/$HOME}
    answer=$(_BPCALC_COMPLETE=zsh_complete _BPCALC_LINE="${(@qq)${(@Q)words[1,CURRENT-1]}} ${(qq)PREFIX}" \
        $program 2>/dev/null </dev/null)
    while IFS=$'\t' read -r kind word description; do
        case $kind in
            plain) [[ -n $description ]] && described+=("${word//:/\\:}:$description") || plain+=("$word") ;;
            nospace) nospace+=("$word") ;;
            file|array) files=$kind ;;
        esac
    done <<< "$answer"
    if [[ $files == array ]]; then compset -P 1 '*=@'
    elif [[ $PREFIX == --*=* ]]; then compset -P 1 '*='
    fi
    (( $#plain )) && compadd -V bpcalc -a plain
    (( $#nospace )) && compadd -V bpcalc -S '' -a nospace
    (( $#described )) && _describe -V bpcalc described
    [[ -n $files ]] && _files
    return 0
}

# as a file of fpath this is run at the first TAB, from then on the function above
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _bpcalc "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
    compdef _bpcalc bpcalc
fi
"""

FISH = r"""# Completion for bpcalc. Add this line to ~/.config/fish/config.fish:  bpcalc completions fish | source
function _bpcalc_completion
    set -l program bpcalc
    set -l typed (commandline -opc)
    string match -q '*/*' -- $typed[1]; and set program (string replace -r '^~' -- $HOME $typed[1])
    type -q $program; or return
    set -lx _BPCALC_COMPLETE fish_complete
    set -lx _BPCALC_LINE (commandline -cp | string collect)
    for line in ($program 2>/dev/null </dev/null)
        set -l offer (string split -m 1 \t -- $line)
        if contains -- "$offer[1]" file array
            set -l part (string match -r '^((?:--[^=]*=|[^=]*=@)?)(.*)$' -- $offer[2])
            for path in (__fish_complete_path $part[3])
                printf '%s\n' $part[2]$path
            end
        else
            printf '%s\n' $offer[2]
        end
    end
end

complete --command bpcalc --no-files --keep-order --arguments '(_bpcalc_completion)'
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def is_quoted(line: str) -> bool:
    """Is a quotation mark open at the end of the line?"""
    mark, escaped = "", False
    for character in line:
        if escaped:
            escaped = False
        elif character == "\\" and mark != "'":
            escaped = True
        elif character == mark:
            mark = ""
        elif not mark and character in "\"'":
            mark = character
    return bool(mark)


class Completion(ShellComplete):
    """What the shells have in common. `typed` is the word at the cursor, `before` the `--option=` at its start."""

    typed = before = ""

    def source(self) -> str:
        return SCRIPTS[self.name]

    def complete(self) -> str:
        try:
            return super().complete().encode("utf-8", "ignore").decode()
        except (BpcalcError, click.ClickException, OSError):  # a line that is still being typed may have any mistake
            return ""

    def get_completion_args(self) -> tuple[list[str], str]:
        # the mark tells a cursor behind a blank from one behind a word
        words = split_arg_string(os.environ.get("_BPCALC_LINE", "") + ".")
        start = next((at for at, word in enumerate(words) if os.path.basename(word) == self.prog_name), 0)
        self.typed = words[-1][:-1]
        return words[start + 1 : -1], self.typed

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        group = self.cli
        assert isinstance(group, click.Group)
        with group.make_context(self.prog_name, [], resilient_parsing=True) as parent:
            words = [word for word in args if not word.startswith("-")]
            if not words:
                return self.commands(group, parent, incomplete)
            command = group.get_command(parent, words[0])
            if command is None:
                return []
            args = args[args.index(words[0]) + 1 :]
            with command.make_context(words[0], args.copy(), parent=parent, resilient_parsing=True) as context:
                return self.offers(context, args, incomplete)

    def commands(self, group: click.Group, context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        items = group.shell_complete(context, incomplete)
        for item in items:
            if command := group.get_command(context, item.value):
                item.help = command.get_short_help_str(limit=80)  # click cuts it at 45
        return items

    def offers(self, context: click.Context, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """What the command of a context can read at the cursor."""
        assert isinstance(context.command, Command)
        parameters = {one.name: one for one in context.command.get_params(context)}
        options = spellings(context.command.declared.parameters)
        line = tell_apart(options, args)
        if line.waiting:
            return parameters[options[line.waiting].name].shell_complete(context, incomplete)
        if incomplete.startswith("-") and not line.ended:
            name, equals, value = incomplete.partition("=")
            if not equals:
                return context.command.shell_complete(context, incomplete)
            if not name.startswith("--") or name not in options or options[name].is_flag:
                return []
            self.before = name + equals
            return parameters[options[name].name].shell_complete(context, value)
        for parameter in parameters.values():
            if isinstance(parameter, click.Argument) and (
                parameter.nargs == -1 or context.params.get(parameter.name or "") is None
            ):
                return parameter.shell_complete(context, incomplete)
        return []

    def format_completion(self, item: CompletionItem[str]) -> str:
        fields = [item.type, self.word(item.value), " ".join((item.help or "").split())]
        return "\t".join(fields if fields[2] else fields[:2])

    def word(self, value: str) -> str:
        """What the shell puts in for a value."""
        return self.before + value


@add_completion_class
class Bash(Completion):
    name = "bash"

    def word(self, value: str) -> str:
        # only what stands behind the last of these is replaced; in quotes the whole word is
        breaks = "" if is_quoted(os.environ.get("_BPCALC_LINE", "")) else os.environ.get("_BPCALC_BREAKS", "=:")
        start = 1 + max(self.typed.rfind(mark) if mark in breaks else -1 for mark in "=:")
        return (self.before + value)[start:]


@add_completion_class
class Zsh(Completion):
    name = "zsh"

    def word(self, value: str) -> str:
        return value  # the script sets the `--option=` aside


@add_completion_class
class Fish(Completion):
    name = "fish"
