namespace Weir.Diagnosis.TargetLogs;

/// <summary>A form that a pattern describes.</summary>
internal sealed class PatternFormat(string name, TimeMeaning timeIs, LogPattern pattern) : TargetLogFormat(name, timeIs)
{
    public LogPattern Pattern => pattern;

    public bool IsUseful => pattern.IsUseful;

    public PatternFormat With(string newName, TimeMeaning meaning) => new(newName, meaning, pattern);

    public override bool TryRead(ReadOnlySpan<char> line, EntryBuilder entry) => pattern.TryRead(line, entry);
}
