namespace Weir.Diagnosis.Probing;

/// <summary>The behaviour of a target that tells servers apart. Immutable; computed from the measurement alone.</summary>
public sealed record ServerTraits
{
    /// <summary>What the target calls itself; a claim, and never enough by itself.</summary>
    public string? Claim { get; init; }

    /// <summary>From <c>Keep-Alive: timeout=N</c>, to a request that asks.</summary>
    public int? TimeoutSaid { get; init; }

    public bool SaysTimeoutUnasked { get; init; }

    /// <summary>From <c>Keep-Alive: max=N</c>.</summary>
    public int? MaxSaid { get; init; }

    /// <summary>Whether it says <c>Connection: keep-alive</c> to a request that says so.</summary>
    public bool SaysKeepAliveAsked { get; init; }

    /// <summary>Whether it says so to a request that does not.</summary>
    public bool SaysKeepAliveUnasked { get; init; }

    /// <summary>Whether its first line has words behind the status code.</summary>
    public bool HasReason { get; init; } = true;

    /// <summary>The names of the fields, as they came, of the answer to a request that asks for keep-alive.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public bool KeepsNoConnection { get; init; }

    /// <summary>When it closes idle connections, the earliest and the latest; null if no close was seen.</summary>
    public TimeSpan? FirstClose { get; init; }

    public TimeSpan? LastClose { get; init; }

    public ConnectionEnd End { get; init; }

    public LateByteAnswer LateBytes { get; init; }

    /// <summary>The requests that it answers on one connection; null if no limit was met.</summary>
    public int? RequestLimit { get; init; }

    public SilentOutcome Silent { get; init; }

    public TimeSpan SilentAge { get; init; }

    public int? SilentStatusCode { get; init; }

    /// <summary>How much later than it says it closes, at least; null if it says nothing or no close was seen.</summary>
    public TimeSpan? CloseAfterSaid { get; init; }

    public TimeSpan Spread => LastClose - FirstClose ?? TimeSpan.Zero;

    /// <summary>Whether it closes with FIN and both ways.</summary>
    public bool ClosesWhole => End == ConnectionEnd.Fin && LateBytes == LateByteAnswer.Reset;

    /// <summary>Whether it closes its sending side only.</summary>
    public bool ClosesHalf => End == ConnectionEnd.Fin && LateBytes == LateByteAnswer.Swallowed;

    /// <summary>Whether it says nothing about keeping a connection, asked or not.</summary>
    public bool SaysNothing => TimeoutSaid is null && !SaysTimeoutUnasked && !SaysKeepAliveAsked && !SaysKeepAliveUnasked;

    /// <summary>Whether every field name is in small letters.</summary>
    public bool HasSmallFields => Fields.Count > 0 && Fields.All(static name => !name.Any(char.IsAsciiLetterUpper));

    /// <summary>Whether these fields come one straight after the other, in these letters.</summary>
    public bool HasInOrder(params ReadOnlySpan<string> names)
    {
        for (int start = 0; start + names.Length <= Fields.Count; start++)
        {
            int matched = 0;
            while (matched < names.Length && Fields[start + matched] == names[matched])
            {
                matched++;
            }

            if (matched == names.Length)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where a field stands, from 0; -1 if it is not there. Letters count.</summary>
    public int PlaceOf(string name)
    {
        for (int index = 0; index < Fields.Count; index++)
        {
            if (Fields[index] == name)
            {
                return index;
            }
        }

        return -1;
    }

    public static ServerTraits Of(ProbeMeasurement measurement, IdleSummary idle) => new()
    {
        Claim = measurement.Asked.Server,
        TimeoutSaid = measurement.Asked.TimeoutSeconds,
        SaysTimeoutUnasked = measurement.NotAsked.TimeoutSeconds is not null,
        MaxSaid = measurement.Asked.MaxRequests,
        SaysKeepAliveAsked = measurement.Asked.SaysKeepAlive,
        SaysKeepAliveUnasked = measurement.NotAsked.SaysKeepAlive,
        HasReason = measurement.Asked.HasReason,
        Fields = measurement.Asked.FieldNames,
        KeepsNoConnection = measurement.KeepsNoConnection,
        FirstClose = idle.Closed > 0 ? idle.Ages[0] : null,
        LastClose = idle.Closed > 0 ? idle.Ages[^1] : null,
        CloseAfterSaid = idle.AfterSaid is [var least, ..] ? least : null,
        End = idle.End,
        LateBytes = idle.LateBytes,
        RequestLimit = measurement.Count is { Outcome: not CountOutcome.NoLimitMet } count ? count.Requests : null,
        Silent = measurement.Silent.Outcome,
        SilentAge = measurement.Silent.Age,
        SilentStatusCode = measurement.Silent.StatusCode,
    };
}
