namespace Weir.AccessLogs;

/// <summary>What a writer may be told; the defaults suit a node.</summary>
public sealed class AccessLogWriterOptions
{
    /// <summary>What its reports call it: another log than the access log may go the same way.</summary>
    public string Name { get; init; } = "access log";

    /// <summary>The clock of intervals and reports.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Chunks of <see cref="AccessLogLimits.ChunkBytes"/> in use at most, filling or queued; beyond, lines are dropped.</summary>
    public int Chunks { get; init; } = AccessLogLimits.DefaultChunks;

    /// <summary>
    /// Gets one sentence when lines are lost, at most once in <see cref="AccessLogLimits.ErrorReportInterval"/>, and one
    /// when writing works again. Called on the writer's thread; must not throw.
    /// </summary>
    public Action<string> Report { get; init; } = static _ => { };
}
