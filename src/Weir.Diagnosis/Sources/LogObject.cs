namespace Weir.Diagnosis.Sources;

/// <summary>
/// One file, stream or object that log lines can be read from, and what its name says of them. Made by a
/// <see cref="LogSourceSet"/>; holds nothing open by itself, so that a set may have any number of them.
/// </summary>
public abstract class LogObject
{
    private readonly LogObjectName _parsed;

    private protected LogObject(string name, string fileName, long? sizeBytes)
    {
        Name = name;
        SizeBytes = sizeBytes;
        _parsed = LogObjectName.Parse(fileName);
    }

    /// <summary>What to call it to the user: the path as found, the S3 URI, or <c>standard input</c>.</summary>
    public string Name { get; }

    /// <summary>Its size as stored, so compressed if it is; null where nobody can say.</summary>
    public long? SizeBytes { get; }

    /// <summary>The address of the balancer's node, from the name; null if the name has none.</summary>
    public string? NodeAddress => _parsed.NodeAddress;

    /// <summary>The end of the five minutes that the lines are of, UTC, from the name; null if the name has none.</summary>
    public DateTimeOffset? IntervalEnd => _parsed.IntervalEnd;

    /// <summary>The load balancer as its log lines name it, <c>app/name/16 hex digits</c>, from the name; null if the name has none.</summary>
    public string? LoadBalancer => _parsed.LoadBalancer;

    public LogObjectKind Kind => _parsed.Kind;

    /// <summary>
    /// Opens it, decompressed. Standard input can be opened once. Throws <see cref="SourceException"/> alone when it cannot
    /// be had; reading the stream throws the same when it stops being available.
    /// </summary>
    public abstract ValueTask<LogStream> OpenAsync(CancellationToken cancellation = default);
}
