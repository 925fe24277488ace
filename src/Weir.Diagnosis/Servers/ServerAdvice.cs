using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Servers;

/// <summary>What to change at a server so that the balancer always closes first. Pure; it advises from what is known of a server, not from what was measured.</summary>
public static class ServerAdvice
{
    // The number that every guide for ALB's default prints. It is no good above 60 s.
    private const int CopiedSeconds = 65;

    /// <summary>The fixes for a server as it is known by name, for this idle timeout. Null: the server is not known. Never empty.</summary>
    /// <param name="server">What the targets run.</param>
    /// <param name="idleTimeoutSeconds">The balancer's.</param>
    /// <param name="closesFromSeconds">When it was seen to close, for one that cannot be set; null: as it comes.</param>
    public static IReadOnlyList<Fix> For(ServerProfile? server, double idleTimeoutSeconds, double? closesFromSeconds = null)
    {
        if (server is null)
        {
            return [Generic(idleTimeoutSeconds)];
        }

        return server.RunsOn.Count > 0
            ? [.. server.RunsOn.SelectMany(name => For(ServerCatalog.Find(name), idleTimeoutSeconds, closesFromSeconds))]
            : ForOne(server, idleTimeoutSeconds, closesFromSeconds ?? double.PositiveInfinity);
    }

    /// <summary>The fixes for its connections over HTTP/2, whose idle time may have a setting of its own. Never empty.</summary>
    public static IReadOnlyList<Fix> ForHttp2(ServerProfile? server, double idleTimeoutSeconds) =>
        server is { Http2Setting: { } setting }
            ? [Raise(server, setting, idleTimeoutSeconds, KeepAliveMargin.KeepAliveFor(idleTimeoutSeconds)) with
            {
                Trap = Join(CopiedValue(idleTimeoutSeconds), server.IsProxy ? null : MiddleHop, DoubtOf(setting.Mark)),
            }]
            : [Generic(idleTimeoutSeconds) with { Where = "the target's idle timeout for HTTP/2, which may be another setting than that for HTTP/1.1" }];

    /// <summary>The fixes for a limit of requests per connection. Null: the server is not known. Never empty.</summary>
    public static IReadOnlyList<Fix> ForRequestLimit(ServerProfile? server)
    {
        if (server is { RunsOn.Count: > 0 })
        {
            var limits = server.RunsOn.Select(ServerCatalog.Find).Where(static candidate => candidate?.RequestLimit is not null);
            return [.. limits.SelectMany(ForRequestLimit).DefaultIfEmpty(UnknownLimit(server))];
        }

        return server?.RequestLimit is { } limit ? [Lift(server, limit)] : [UnknownLimit(server)];
    }

    /// <summary>The way out where a target cannot be changed and closes after so many seconds: the balancer closes earlier. Null: it cannot.</summary>
    public static Fix? LowerIdleTimeout(double closesFromSeconds) =>
        KeepAliveMargin.IdleTimeoutFor(closesFromSeconds) is not { } seconds ? null : new Fix(
            $"Lower the load balancer's idle timeout to {seconds} s, below the target's {closesFromSeconds:0.#} s",
            $"idle_timeout.timeout_seconds={seconds}",
            "attribute of the load balancer, seconds: aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN " +
            $"--attributes Key=idle_timeout.timeout_seconds,Value={seconds}",
            Probe(seconds),
            $"A request whose answer takes longer than {seconds} s to begin, or pauses that long, then gets 504.");

    private static IReadOnlyList<Fix> ForOne(ServerProfile server, double idleTimeoutSeconds, double seenSeconds)
    {
        var verdict = server.VerdictAt(idleTimeoutSeconds);
        if (verdict == IdleVerdict.NoReuse)
        {
            return [NoIdleConnections(server, idleTimeoutSeconds)];
        }

        if (verdict == IdleVerdict.Outlives)
        {
            return [LookForLess(server, idleTimeoutSeconds)];
        }

        var needed = KeepAliveMargin.KeepAliveFor(idleTimeoutSeconds);
        return server.Setting switch
        {
            null => [.. CannotBeSet(server, Math.Min(server.Defaults.Min(static entry => entry.ClosesFromSeconds), seenSeconds))],
            { MaxSeconds: { } max } setting when max < needed => [SetToMaximum(server, setting, max), .. CannotBeSet(server, max)],
            { } setting => [Raise(server, setting, idleTimeoutSeconds, needed)],
        };
    }

    private static Fix Raise(ServerProfile server, IdleSetting setting, double idleTimeoutSeconds, int seconds) => new(
        $"{server.DisplayName}: {Keep(seconds)}",
        setting.Write(seconds),
        $"{setting.Place} ({setting.Unit})",
        Probe(idleTimeoutSeconds),
        Traps(server, setting.Mark, idleTimeoutSeconds))
    {
        Server = server.DisplayName,
    };

    // It should be safe as it comes. Where it raced all the same, something set less: say so, and set it for good.
    private static Fix LookForLess(ServerProfile server, double idleTimeoutSeconds)
    {
        var closing = server.Defaults.Where(static entry => entry.Behavior == IdleBehavior.Closes).ToArray();
        var claim = closing.Length == 0
            ? "closes no idle connection by itself"
            : $"keeps them for {closing.Min(static entry => entry.Seconds):0.###} s, longer than {idleTimeoutSeconds:0.###} s";
        var seconds = Math.Max(
            KeepAliveMargin.KeepAliveFor(idleTimeoutSeconds),
            closing.Length == 0 ? 0 : (int)closing.Min(static entry => entry.Seconds));
        var mark = server.Defaults.Max(static entry => entry.Mark);
        return new Fix(
            $"{server.DisplayName} as it comes {claim}: find what closes earlier, or set it",
            seconds <= (server.Setting?.MaxSeconds ?? int.MaxValue) ? server.Setting?.Write(seconds) : null,
            server.Setting is { } setting ? $"{setting.Place} ({setting.Unit})" : null,
            Probe(idleTimeoutSeconds),
            Traps(server, mark > server.Setting?.Mark || server.Setting is null ? mark : server.Setting.Mark, idleTimeoutSeconds))
        {
            Server = server.DisplayName,
        };
    }

    private static Fix NoIdleConnections(ServerProfile server, double idleTimeoutSeconds) => new(
        $"{server.DisplayName} closes after every answer, which cannot race: look at a proxy in front of it",
        null,
        null,
        Probe(idleTimeoutSeconds),
        Traps(server, server.Defaults[0].Mark, idleTimeoutSeconds));

    private static Fix SetToMaximum(ServerProfile server, IdleSetting setting, int max) => new(
        $"{server.DisplayName}: keep idle connections for {max} s, the most that it takes",
        setting.Write(max),
        $"{setting.Place} ({setting.Unit})",
        Probe(KeepAliveMargin.IdleTimeoutFor(max) ?? max),
        Join(server.Trap, "Alone it is not enough: the load balancer must close earlier still.", DoubtOf(setting.Mark)))
    {
        Server = server.DisplayName,
    };

    private static IEnumerable<Fix> CannotBeSet(ServerProfile server, double closesFromSeconds)
    {
        var fix = LowerIdleTimeout(closesFromSeconds) ?? new Fix(
            $"Put a proxy that keeps idle connections longer in front of {server.DisplayName}", null, null, null, null);
        yield return fix with { Trap = Join(fix.Trap, server.Setting is null ? server.Trap : null, DoubtOf(server.Defaults.Max(static entry => entry.Mark))) };
    }

    private static Fix Generic(double idleTimeoutSeconds) => new(
        $"Let the target {Keep(KeepAliveMargin.KeepAliveFor(idleTimeoutSeconds))}",
        null,
        "the target's keep-alive or idle timeout; --server NAME says where that is",
        Probe(idleTimeoutSeconds),
        Join(CopiedValue(idleTimeoutSeconds), "Equal is not enough. Many settings are in milliseconds.", MiddleHop));

    private static Fix Lift(ServerProfile server, RequestLimit limit) => new(
        $"{server.DisplayName}: lift its limit of {limit.Requests} requests on one connection",
        limit.Lifted,
        limit.Place,
        $"weir probe http://TARGET:PORT --max-requests {limit.Requests + 100}",
        DoubtOf(limit.Mark))
    {
        Server = server.DisplayName,
    };

    private static Fix UnknownLimit(ServerProfile? server) => new(
        server is null
            ? "Find what closes the target's connections after a number of requests, and lift it"
            : $"{server.DisplayName} has no limit of requests on one connection as it comes: look for one that was set",
        null,
        "the target, or a proxy in front of it: Apache httpd and Tomcat close after 100 requests, Puma 7 after 999, nginx after 1000",
        "weir probe http://TARGET:PORT --max-requests 1100",
        null);

    private static string Keep(int seconds) =>
        $"keep idle connections for {seconds} s, {KeepAliveMargin.Seconds} s longer than the balancer: {KeepAliveMargin.Reason}";

    private static string Probe(double idleTimeoutSeconds) => $"weir probe http://TARGET:PORT --idle-timeout {idleTimeoutSeconds:0.###}";

    private const string MiddleHop = "If a proxy stands between, the load balancer meets the proxy: set it there too.";

    private static string? Traps(ServerProfile server, SourceMark mark, double idleTimeoutSeconds) => Join(
        server.Trap,
        CopiedValue(idleTimeoutSeconds),
        server.VerdictAt(idleTimeoutSeconds) == IdleVerdict.Equal
            ? $"Equal is not enough: its default of {idleTimeoutSeconds:0.###} s races against {idleTimeoutSeconds:0.###} s."
            : null,
        server.IsProxy ? null : MiddleHop,
        DoubtOf(mark));

    private static string? CopiedValue(double idleTimeoutSeconds) => idleTimeoutSeconds < CopiedSeconds
        ? null
        : $"The usual {CopiedSeconds} s is for an idle timeout of 60 s: here it fails.";

    private static string? DoubtOf(SourceMark mark) => mark switch
    {
        SourceMark.FromMemory => "This is from memory, neither read nor measured: probe before and after.",
        SourceMark.Reported => "This is what its users report: probe after the change.",
        _ => null,
    };

    private static string? Join(params ReadOnlySpan<string?> sentences)
    {
        var joined = "";
        foreach (var sentence in sentences)
        {
            if (sentence is not null)
            {
                joined += joined.Length == 0 ? sentence : " " + sentence;
            }
        }

        return joined.Length == 0 ? null : joined;
    }
}
