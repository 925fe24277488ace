using System.CommandLine;

namespace Weir.Commands;

/// <summary>`weir completion SHELL`: prints a script for a shell to load.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> _scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = CompletionScripts.Bash,
        ["zsh"] = CompletionScripts.Zsh,
        ["fish"] = CompletionScripts.Fish,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { HelpName = "bash|zsh|fish", Description = "the shell that completes" };
        shell.AcceptOnlyFromAmong([.. _scripts.Keys]);
        var command = new Command("completion", "print a script that completes weir's commands and options") { shell };
        command.SetAction(result =>
        {
            Console.Out.Write(_scripts[result.GetRequiredValue(shell)]);
            return (int)ExitCode.Done;
        });
        return command;
    }
}
