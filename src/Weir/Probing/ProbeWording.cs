using System.Globalization;
using Weir.Diagnosis.Probing;
using Weir.Diagnosis.Reports;

namespace Weir.Probing;

/// <summary>What was measured, in the words of the text and of its remarks.</summary>
internal static class ProbeWording
{
    public static string Seconds(TimeSpan time, int decimals = 3) =>
        time.TotalSeconds.ToString(FormattableString.Invariant($"F{decimals}"), CultureInfo.InvariantCulture) + " s";

    /// <summary>`Keep-Alive: timeout=5, max=100`, and to whom.</summary>
    public static string Advertised(ProbeMeasurement measurement)
    {
        ProbeAnswer speaker = measurement.Asked.TimeoutSeconds is not null || measurement.Asked.MaxRequests is not null
            ? measurement.Asked
            : measurement.NotAsked;
        string[] parts =
        [
            .. speaker.TimeoutSeconds is { } timeout ? [$"timeout={timeout}"] : Array.Empty<string>(),
            .. speaker.MaxRequests is { } max ? [$"max={max}"] : Array.Empty<string>(),
        ];
        return parts.Length == 0
            ? "nothing about its keep-alive"
            : $"Keep-Alive: {string.Join(", ", parts)}{(measurement.SaysTimeoutOnlyWhenAsked ? ", only to requests with Connection: keep-alive" : "")}";
    }

    /// <summary>`100 requests at once on a connection`: what is announced over HTTP/2 and matters to a balancer.</summary>
    public static string Announced(Http2Settings settings)
    {
        string streams = settings.MaxConcurrentStreams is { } most
            ? $"{Plural.Of(most, "request")} at once on a connection"
            : "any number of requests at once on a connection";
        string head = settings.MaxHeaderListBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"; heads up to {bytes} bytes") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{streams}; a window of {settings.InitialWindowBytes} bytes for each{head}");
    }

    public static string Closes(IdleSummary idle, int rounds)
    {
        if (idle.Idle == 0)
        {
            return idle.Restarted > 0
                ? "not measured: the target restarted in every round"
                : "no connection was left open after its answer";
        }

        string still = idle.StillOpen > 0 ? $"{idle.StillOpen} still open after {Seconds(idle.Watched, 0)}, proved by an answer" : "";
        string lost = idle.Lost > 0 ? $"{idle.Lost} dead after {Seconds(idle.Watched, 0)}, without a word" : "";
        string talked = idle.Talked > 0 ? $"{idle.Talked} not closed within {Seconds(idle.Watched, 0)}, but not silent: '{idle.Talk}'" : "";
        string closed = idle.Closed == 0 ? "" : Closed(idle, rounds);
        string restarted = idle.Restarted > 0 ? $"{idle.Restarted} not counted, since the target restarted" : "";
        return string.Join("; ", ((string[])[closed, still, lost, talked, restarted]).Where(static part => part.Length > 0));
    }

    private static string Closed(IdleSummary idle, int rounds)
    {
        string often = rounds > 1 ? $" in {rounds} rounds" : "";
        if (idle.Groups.Count > 1)
        {
            // A median of different things is none of them.
            return string.Join(" and ", idle.Groups.Select(static group => $"after {Seconds(group.Shortest)} ({Plural.Of(group.Connections, "connection")})")) + often;
        }

        return idle.Closed == 1
            ? $"after {Seconds(idle.Median)} ({Plural.Of(1, "connection")})"
            : $"after {Seconds(idle.Median)} ({Plural.Of(idle.Closed, "connection")}{often}, {Seconds(idle.Ages[0])} to {Seconds(idle.Ages[^1])})";
    }

    /// <summary>`1.0 s later than it says`; null where there is nothing to compare.</summary>
    public static string? AgainstAdvertised(IdleSummary idle)
    {
        const double SameSeconds = 0.25;
        if (idle.AfterSaid.Count == 0)
        {
            return null;
        }

        double later = idle.AfterSaid[idle.AfterSaid.Count / 2].TotalSeconds;
        return Math.Abs(later) < SameSeconds
            ? "as it says"
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(later):0.0} s {(later > 0 ? "later" : "earlier")} than it says");
    }

    /// <summary>`GOAWAY (NO_ERROR), close_notify, FIN, within 14 ms; a request that comes later is answered with RST`.</summary>
    public static string How(IdleSummary idle)
    {
        string[] parts =
        [
            .. idle.GoAways > 0 ? [GoAway(idle)] : Array.Empty<string>(),
            .. idle.ClosesTls == true ? ["close_notify"] : Array.Empty<string>(),
            idle.End switch
            {
                ConnectionEnd.None => "and then nothing: the other side is to close",
                ConnectionEnd.Rst => "RST",
                _ => "FIN",
            },
            .. idle.GoAwayAhead is { } ahead
                ? [string.Create(CultureInfo.InvariantCulture, $"within {Math.Ceiling(ahead.TotalMilliseconds):0} ms")]
                : Array.Empty<string>(),
        ];
        string late = (idle.End, idle.LateBytes) switch
        {
            (ConnectionEnd.Fin, LateByteAnswer.Reset) => "; a request that comes later is answered with RST",
            (ConnectionEnd.Fin, LateByteAnswer.Swallowed) => ", half-closed: a request that comes later is swallowed without a word",
            _ => "",
        };
        return string.Join(", ", parts) + late;
    }

    private static string GoAway(IdleSummary idle) => idle.GoAways == idle.Closed
        ? $"GOAWAY ({idle.GoAwayCode})"
        : $"GOAWAY ({idle.GoAwayCode}) on {idle.GoAways} of {idle.Closed}";

    /// <summary>What a close that is not safe comes to.</summary>
    public static string Consequence(ProbeReport report) => report.Measurement.Http2 is not null && report.Idle is { GoAways: > 0 } idle && idle.GoAways == idle.Closed
        ? "A request that meets the close is a 502 where the balancer does not send it again."
        : "A request that meets the close becomes a 502; most leave no line in the target's log.";

    public static string Silent(SilentReading silent, TimeSpan limit) => silent.Outcome switch
    {
        SilentOutcome.NotWaitedFor => "not waited for",
        SilentOutcome.HoldsUpOthers => "not waited for: while one is open the target answers nobody else",
        SilentOutcome.StillOpen => $"still open after {Seconds(limit, 0)}",
        SilentOutcome.Restarted => "not measured: the target restarted meanwhile, each time",
        SilentOutcome.Talked => $"not closed within {Seconds(limit, 0)}, says '{silent.Farewell}'",
        SilentOutcome.Lost => $"not closed within {Seconds(limit, 0)}, but answers no request any more",
        _ => $"closed after {Seconds(silent.Age, 1)} with {SilentEnd(silent)}{(silent.Farewell.Length > 0 ? $", says '{silent.Farewell}'" : ", without a word")}",
    };

    private static string SilentEnd(SilentReading silent)
    {
        string end = silent.End switch
        {
            ConnectionEnd.None => "",
            ConnectionEnd.Rst => "RST",
            _ => "FIN",
        };
        return silent.GoAway is not { } said ? end : $"GOAWAY ({said.Code}){(end.Length > 0 ? " and " : "")}{end}";
    }

    public static string Requests(ProbeMeasurement measurement)
    {
        string[] all = [.. measurement.Counts.Select(count => Requests(count, measurement.Http2 is not null))];
        return all.Distinct().Count() == 1
            ? all[0]
            : string.Join("; ", all.Select(static (text, index) => $"{(index == 0 ? "asking for keep-alive" : "not asking")}: {text}"));
    }

    private static string Requests(CountReading count, bool isHttp2) => count.Outcome switch
    {
        CountOutcome.NoLimitMet => $"no limit met in {count.Requests}",
        CountOutcome.Announced when isHttp2 => $"{count.Requests}; then GOAWAY",
        CountOutcome.Announced => $"{count.Requests}; the last answer says that it is the last",
        _ => $"{count.Requests}; then closed without saying so",
    };
}
