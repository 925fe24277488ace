using System.CommandLine;
using System.CommandLine.Parsing;
using Weir.Configuration;
using Weir.Model;

namespace Weir.Commands;

/// <summary>What the parser could not make sense of, as usage errors: the word, and what it may have been meant to be.</summary>
internal static class ParseErrors
{
    public static IEnumerable<UsageError> Describe(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        string before = "";
        foreach (string word in result.UnmatchedTokens)
        {
            // The word behind an unknown option is its value, and nothing is wrong with that.
            if (word.StartsWith('-') || !before.StartsWith('-'))
            {
                yield return DescribeUnknown(word, command);
            }

            before = word;
        }

        foreach (ParseError error in result.Errors.Where(error => !result.UnmatchedTokens.Any(word => Names(error, word))))
        {
            yield return error.SymbolResult switch
            {
                OptionResult option => OfOption(option),
                ArgumentResult { Tokens: [var value, ..] } argument => new UsageError(
                    $"weir {command.Name}", value.Value, "this is not a value of it", argument.Argument.HelpName),
                _ => new UsageError(command is RootCommand ? "weir" : $"weir {command.Name}", null, error.Message.TrimEnd('.')),
            };
        }
    }

    /// <summary>Options that nobody knows among the paths of a command, whose parser takes every word for one. A file of such a name is a path.</summary>
    public static IEnumerable<UsageError> AmongPaths(IEnumerable<string> paths, Command command) =>
        paths.Where(static path => path is ['-', _, ..] && !Path.Exists(path)).Select(path => DescribeUnknown(path, command));

    private static UsageError DescribeUnknown(string word, Command command)
    {
        if (word.StartsWith('-'))
        {
            IEnumerable<string> names = command.Options.Concat(command.Parents.OfType<Command>().SelectMany(static parent => parent.Options))
                .Select(static option => option.Name);
            return new UsageError(word, null, $"there is no such option{Wording.DidYouMean(word, names)}");
        }

        return command.Subcommands.Count > 0
            ? new UsageError(
                word,
                null,
                $"there is no such command{Wording.DidYouMean(word, command.Subcommands.Select(static child => child.Name))}",
                Wording.AnyOf([.. command.Subcommands.Select(static child => child.Name)]))
            : new UsageError(word, null, $"weir {command.Name} takes no such word; a value belongs behind its option");
    }

    private static UsageError OfOption(OptionResult option)
    {
        string[] values = [.. option.Tokens.Select(static token => token.Value)];
        return values.Length switch
        {
            0 => new UsageError(option.Option.Name, null, "the value is missing", option.Option.HelpName),
            1 => new UsageError(option.Option.Name, values[0], "this is not a value of it", option.Option.HelpName),
            _ => new UsageError(option.Option.Name, values[^1], "the option is given more than once"),
        };
    }

    private static bool Names(ParseError error, string word) => error.Message.Contains($"'{word}'", StringComparison.Ordinal);
}
