# Completion for bpcalc. Add this line to ~/.bashrc:  eval "$(bpcalc completions bash)"
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
