namespace Weir.Diagnosis.TargetLogs;

/// <summary>Lines of any form of which nothing but trace ids is known.</summary>
internal sealed class TraceOnlyFormat() : TargetLogFormat("unknown form with trace ids", TimeMeaning.Unknown)
{
    public override bool TryRead(ReadOnlySpan<char> line, EntryBuilder entry) => entry.End().TraceId is not null;
}
