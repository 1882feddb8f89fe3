# Completion for bpcalc. Add this line to ~/.config/fish/config.fish:  bpcalc completions fish | source
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
