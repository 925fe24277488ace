using Weir.Diagnosis.TargetLogs;

namespace Weir.Diagnosis.Tests.TargetLogs;

/// <summary>Texts as logs.</summary>
internal static class LogText
{
    public static TargetLogFile File(params IEnumerable<string> lines)
    {
        var text = string.Join('\n', lines);
        return new TargetLogFile("target.log", () => new StringReader(text));
    }

    public static (TargetLogDescription Description, List<TargetLogEntry> Entries) Read(TargetLogOptions options, params IEnumerable<string> lines)
    {
        var entries = new List<TargetLogEntry>();
        var description = TargetLogReader.Read(File(lines), options, entries.Add);
        return (description, entries);
    }

    public static DateTimeOffset TimeOf(TargetLogEntry entry) => DateTimeOffset.UnixEpoch.AddMicroseconds(entry.TimeMicroseconds!.Value);
}
