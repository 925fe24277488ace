using Weir.Diagnosis.Aws;

namespace Weir.Diagnosis.Sources;

/// <summary>What is to be read of the paths given, and how it is reached.</summary>
public sealed record LogSourceOptions
{
    /// <summary>The period asked for; objects whose names say that they hold nothing of it are left out.</summary>
    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>How S3 is reached.</summary>
    public AwsOptions Aws { get; init; } = new();

    /// <summary>What <c>-</c> reads.</summary>
    public Func<Stream> StandardInput { get; init; } = Console.OpenStandardInput;
}
