using Spectre.Console;
using Weir.Output;

namespace Weir.Diagnosing;

/// <summary>The console that a report is written to: colours only where there is a terminal, lines as wide as it is.</summary>
internal static class ReportConsole
{
    // Narrower than this, every line is a word.
    private const int MinWidth = 30;

    // Longer lines are hard to read, however wide the window is.
    private const int MaxWidth = 120;

    // Source: no-color.org: set and not empty, whatever its value.
    public static IAnsiConsole OfProcess() => Create(
        Console.Out,
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        Console.IsOutputRedirected ? TextTable.MaxWidth : Console.WindowWidth);

    public static IAnsiConsole Create(TextWriter output, bool hasColours, int width)
    {
        // Spectre looks at variables of build servers and the like; a report looks the same everywhere.
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = hasColours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = hasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(new TrimmedLines(output)),
        });
        console.Profile.Width = Math.Clamp(width, MinWidth, MaxWidth);
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
