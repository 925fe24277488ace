using System.CommandLine;
using Weir.Commands;

namespace Weir.Tests.Commands;

public sealed class CommandLineTests
{
    private static readonly RootCommand _root = CommandLineHost.Create(new OutputOptions());

    [Theory]
    [InlineData("runn", "runn: there is no such command; did you mean run?; allowed: run, diagnose, reproduce, probe, predict, check, status, completion or help")]
    [InlineData("run --lisen 80", "--lisen: there is no such option; did you mean --listen?")]
    [InlineData("run --listen", "--listen: the value is missing; allowed: [https://][ADDR:]PORT")]
    [InlineData("run --loops 1 --loops 2", "--loops 2: the option is given more than once")]
    [InlineData("run extra", "extra: weir run takes no such word; a value belongs behind its option")]
    [InlineData("run --format xml", "--format xml: this is not a value of it; allowed: text|json")]
    [InlineData("completion tcsh", "weir completion tcsh: this is not a value of it; allowed: bash|zsh|fish")]
    public void Parse_WrongWords_AreNamedWithWhatIsAllowed(string line, string expected)
    {
        ParseResult result = _root.Parse(line.Split(' '));

        Assert.Equal(expected, Assert.Single(ParseErrors.Describe(result)).ToString());
    }

    [Theory]
    [InlineData("a.log --idle-timout 30", "--idle-timout: there is no such option; did you mean --idle-timeout?")]
    [InlineData("-x -", "-x: there is no such option")]
    [InlineData("a.log - /tmp", null)]
    public void Paths_ThatLookLikeOptions_AreTakenForFilesOnlyIfTheyAreThere(string paths, string? expected)
    {
        Command diagnose = _root.Subcommands.Single(static command => command.Name == "diagnose");

        Assert.Equal(expected, ParseErrors.AmongPaths(paths.Split(' '), diagnose).SingleOrDefault()?.ToString());
    }

    [Theory]
    [InlineData("weir ru", "run")]
    [InlineData("weir run --targ", "--target")]
    [InlineData("weir run --attribute idle_time", "idle_timeout.timeout_seconds=")]
    [InlineData("weir completion z", "zsh")]
    [InlineData("weir help sta", "status")]
    public void Completion_Word_OffersWhatFits(string line, string expected)
    {
        ParseResult result = _root.Parse(line);

        Assert.Equal([expected], result.GetCompletions(line.Length).Select(static item => item.Label));
    }

    [Fact]
    public void Options_OfEveryCommand_AreDescribed() => Assert.All(
        _root.Subcommands.Append(_root).SelectMany(static command => command.Options),
        static option => Assert.False(string.IsNullOrEmpty(option.Description), option.Name));
}
