namespace Weir.Commands;

/// <summary>
/// The scripts that teach a shell to complete `weir`. They ask the program itself, through the parser's `[suggest]`
/// directive, so that they never know fewer options than it has.
/// </summary>
internal static class CompletionScripts
{
    public const string Bash = """
        # weir completion for bash; load it with: source <(weir completion bash)
        _weir() {
            local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}"
            COMPREPLY=($(compgen -W "$(weir "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "$word"))
            # A key is followed by its value, not by a space.
            if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
        }
        complete -o default -F _weir weir

        """;

    public const string Zsh = """
        #compdef weir
        # weir completion for zsh; load it with: source <(weir completion zsh)
        _weir() {
            local -a candidates
            candidates=("${(@f)$(weir "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            candidates=(${candidates:#})
            if (( $#candidates )); then
                compadd -- $candidates
            else
                _files
            fi
        }
        compdef _weir weir

        """;

    public const string Fish = """
        # weir completion for fish; load it with: weir completion fish | source
        complete -c weir -a '(weir "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'

        """;
}
