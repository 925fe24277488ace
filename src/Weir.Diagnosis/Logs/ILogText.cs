namespace Weir.Diagnosis.Logs;

/// <summary>Something that lines of a log can be read from, and what its name says of them.</summary>
public interface ILogText
{
    /// <summary>What to call it to the user.</summary>
    string Name { get; }

    /// <summary>Its size as stored; null if unknown.</summary>
    long? SizeBytes { get; }

    /// <summary>The address of the balancer's node, if the name has it.</summary>
    string? NodeAddress { get; }

    /// <summary>The end of the interval that the lines are of, if the name has it.</summary>
    DateTimeOffset? IntervalEnd { get; }

    /// <summary>Opens it, decompressed. An <see cref="IOException"/> says, in a sentence for the user, why that cannot be.</summary>
    ValueTask<ILogTextReader> OpenTextAsync(CancellationToken cancellation);
}
