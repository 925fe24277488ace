using Weir.Diagnosis.Servers;

namespace Weir.Diagnosis.Tests.Servers;

/// <summary>The settings in docs/servers.md are those of the catalogue, and of the advice for ALB's idle timeout.</summary>
public sealed class ServerDocumentTests
{
    // Source: ELBv2 API, idle_timeout.timeout_seconds, by default
    private const double IdleTimeoutSeconds = 60;

    private const string Head = "| server | keeps idle connections for | behind 60 s | for 60 s, write | the setting, and where it goes | its trap |";

    [Fact]
    public void Settings_EachRow_SaysWhatTheCatalogueSays()
    {
        string[] expected = [.. ServerCatalog.All.Select(Row)];
        string[] rows = [.. Rows()];

        var differences = expected.Except(rows).Select(static row => "missing: " + row)
            .Concat(rows.Except(expected).Select(static row => "of no server: " + row));
        Assert.True(!differences.Any(), string.Join('\n', differences));
        Assert.Equal(expected, rows);
    }

    private static IEnumerable<string> Rows() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "servers.md"))
            .SkipWhile(static line => line != Head).Skip(2).TakeWhile(static line => line.StartsWith('|'));

    private static string Row(ServerProfile server)
    {
        string[] cells = server.RunsOn.Count > 0
            ? ["what the server under it says", "depends", "", $"see {string.Join(", ", server.RunsOn.Select(static name => ServerCatalog.Find(name)!.DisplayName))}", ""]
            : [string.Join("; ", server.Defaults.Select(Time)), Verdict(server), Written(server), Setting(server), server.Trap ?? ""];
        return $"| {server.DisplayName} |" + string.Concat(cells.Select(static cell => cell.Length == 0 ? " |" : $" {cell} |"));
    }

    private static string Time(IdleDefault entry)
    {
        var time = entry.Behavior switch
        {
            IdleBehavior.NeverCloses => "no limit",
            IdleBehavior.ClosesAfterEachAnswer => "closes after every answer",
            IdleBehavior.SetElsewhere => "what another setting says",
            _ when entry.ClosesToSeconds == entry.Seconds => $"{entry.Seconds} s",
            _ when entry.PollSeconds == 0 => $"{entry.Seconds} s, closes after {entry.ClosesFromSeconds} s",
            _ => $"{entry.Seconds} s, closes after {entry.ClosesFromSeconds} to {entry.ClosesToSeconds} s",
        };
        return (entry.Versions.Length == 0 ? time : $"{entry.Versions}: {time}") + Doubt(entry.Mark);
    }

    private static string Verdict(ServerProfile server) => server.VerdictAt(IdleTimeoutSeconds) switch
    {
        IdleVerdict.NoReuse or IdleVerdict.Outlives => "safe",
        IdleVerdict.Equal => "**races**: equal is not enough",
        IdleVerdict.Races => "**races**",
        _ => "depends",
    };

    private static string Written(ServerProfile server) =>
        ServerAdvice.For(server, IdleTimeoutSeconds)[0].Setting is { } setting ? $"`{setting}`" : "";

    private static string Setting(ServerProfile server) => server.Setting switch
    {
        // A bare < would begin a tag, and the word be gone.
        { } setting => $"`{setting.Name}`, {setting.Unit}; {setting.Place.Replace("<", "\\<", StringComparison.Ordinal)}{Doubt(setting.Mark)}",
        _ when Written(server).Length > 0 => "none of its own: the load balancer's attribute",
        _ => "none",
    };

    private static string Doubt(SourceMark mark) => mark switch
    {
        SourceMark.FromMemory => " (from memory)",
        SourceMark.Reported => " (reported)",
        _ => "",
    };
}
