"""Completion in bash, zsh and fish: the scripts. `tab` answers them.

click's own are not used: they put a space after `x=`, lose what bash split at `=`, replace `--format=js` by `json` in
zsh, and take `-x^2` for options.

A script sends the line up to the cursor in _BPCALC_LINE. The answer has one offer a line: its kind (plain, nospace:
nothing is put behind it, file: the shell completes files itself, or array: it does so behind an @), the word, and in
zsh and fish its description.
"""

from __future__ import annotations

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
