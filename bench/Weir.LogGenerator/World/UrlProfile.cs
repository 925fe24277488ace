using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>A kind of request: how often it is asked for, how long it takes, how much it sends. Belongs to one target group.</summary>
internal sealed record UrlProfile
{
    public required string Method { get; init; }

    public required string Path { get; init; }

    /// <summary>How many different numbers follow the path; 0 for none.</summary>
    public int Ids { get; init; }

    public double Weight { get; init; } = 1;

    public double MedianSeconds { get; init; } = 0.01;

    public double Sigma { get; init; } = 0.5;

    /// <summary>Share of requests whose time comes from a Pareto tail instead.</summary>
    public double TailShare { get; init; }

    public double TailLeastSeconds { get; init; } = 1;

    public double TailShape { get; init; } = 1.2;

    public int MedianResponseBytes { get; init; } = 2000;

    /// <summary>How long the body takes after the head, for each kilobyte of it.</summary>
    public double TransferSecondsPerKilobyte { get; init; }

    /// <summary>Share of requests that the application itself answers with a 5xx.</summary>
    public double OwnErrorShare { get; init; }

    public double ServiceSeconds(SeededRandom random) => TailShare > 0 && random.Chance(TailShare)
        ? random.Pareto(TailLeastSeconds, TailShape)
        : random.LogNormal(MedianSeconds, Sigma);
}
