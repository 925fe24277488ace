namespace Weir.EndToEnd.Tests;

/// <summary>One way to fail: how it is brought about, and everything that can be seen of it from outside.</summary>
internal sealed record FailureCase(string Name)
{
    /// <summary>As in weir_failures_total.</summary>
    public required string Reason { get; init; }

    public required string Side { get; init; }

    /// <summary>What the client sends at once.</summary>
    public required string Request { get; init; }

    /// <summary>What the client does after its request; the response is read after it.</summary>
    public Func<RawClient, Task>? Then { get; init; }

    /// <summary>The client reads nothing at all.</summary>
    public bool ReadsNothing { get; init; }

    public FailureTarget Target { get; init; } = FailureTarget.Serving;

    /// <summary>What a serving target does with the request.</summary>
    public Func<TargetExchange, Task> Serve { get; init; } = static exchange => exchange.Answer("fine");

    public string[] Options { get; init; } = [];

    /// <summary>Every byte that the client gets; the date is masked.</summary>
    public string Response { get; init; } = "";

    /// <summary>
    /// Fields 5 to 12 of the log, as ALB's documentation shows them; T is the target's address, t a measured time, N a
    /// number that depends on when the connection was cut.
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>Field 13, without its quotes; HOST is where the listener is.</summary>
    public required string RequestLine { get; init; }

    public string UserAgent { get; init; } = "-";

    /// <summary>Fields 28 and 29.</summary>
    public string Classification { get; init; } = "\"-\" \"-\"";

    /// <summary>Counters that move by one, beside those that every failure moves.</summary>
    public string[] Counters { get; init; } = [];

    public bool IsReadable => !RequestLine.StartsWith('-');

    /// <summary>A target was chosen; the line does not name it where the client did not send its request whole.</summary>
    public bool IsRouted => Outcome[0] == 'T' || Counters.Contains("weir_target_connections_opened_total");

    public override string ToString() => Name;
}
