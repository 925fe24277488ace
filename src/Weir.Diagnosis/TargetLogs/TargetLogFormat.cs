namespace Weir.Diagnosis.TargetLogs;

/// <summary>A form of log lines. One object reads one file, from its first line to its last: some forms name their fields in the file.</summary>
internal abstract class TargetLogFormat(string name, TimeMeaning timeIs)
{
    /// <summary>For people.</summary>
    public string Name => name;

    /// <summary>Which moment its time is.</summary>
    public TimeMeaning TimeIs => timeIs;

    /// <summary>Puts what a line says into an entry that was begun with it. False: the line is not of this form.</summary>
    public abstract bool TryRead(ReadOnlySpan<char> line, EntryBuilder entry);
}
