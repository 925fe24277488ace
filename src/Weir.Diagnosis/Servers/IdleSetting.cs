namespace Weir.Diagnosis.Servers;

/// <summary>The setting for a server's idle time. Immutable; part of a <see cref="ServerProfile"/>.</summary>
public sealed record IdleSetting
{
    /// <summary>The setting's name.</summary>
    public required string Name { get; init; }

    /// <summary>The unit of its value, in words.</summary>
    public required string Unit { get; init; }

    /// <summary>Where it goes.</summary>
    public required string Place { get; init; }

    /// <summary>The setting as it is written for so many seconds.</summary>
    public required Func<int, string> Write { get; init; }

    /// <summary>The largest value that it takes, seconds; null: none known.</summary>
    public int? MaxSeconds { get; init; }

    public required SourceMark Mark { get; init; }
}
