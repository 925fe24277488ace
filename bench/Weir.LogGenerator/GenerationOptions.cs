namespace Weir.LogGenerator;

/// <summary>How much a scenario generates; the rest is drawn from its seed.</summary>
public sealed record GenerationOptions
{
    /// <summary>Requests to aim at. A log is longer where the rate is high, so that it covers some minutes.</summary>
    public int Requests { get; init; } = 20_000;

    /// <summary>The simulation goes on, up to four times the requests, until the scenario's cause has so many errors.</summary>
    public int LeastErrors { get; init; } = 5;
}
