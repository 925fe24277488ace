using System.Globalization;

namespace Weir.AccessLogs;

/// <summary>
/// What became of the lines, and who has been told. Owned by one writer, changed on its thread only; the counts may be
/// read on any.
/// </summary>
internal sealed class AccessLogDeliveryState(string name, TimeProvider time, Action<string> report)
{
    private long _writtenLines;
    private long _lostLines;
    private long _lostBytes;
    private long _reportedDroppedLines;
    private long _lastReport;
    private bool _hasReported;
    private bool _recoveryIsNews;

    public long WrittenLines => Volatile.Read(ref _writtenLines);

    public long LostLines => Volatile.Read(ref _lostLines);

    public long LostBytes => Volatile.Read(ref _lostBytes);

    public void Written(string path, int lines)
    {
        if (lines == 0)
            return;

        Volatile.Write(ref _writtenLines, _writtenLines + lines);
        if (!_recoveryIsNews)
            return;

        _recoveryIsNews = false;
        report(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {path}: writing again; {_lostLines} lines ({_lostBytes} bytes) were lost in all"));
    }

    /// <summary>Counts what could not be written. Zero lines: an error that cost none.</summary>
    public void Lost(string path, string cause, int lines, int bytes)
    {
        Volatile.Write(ref _lostLines, _lostLines + lines);
        Volatile.Write(ref _lostBytes, _lostBytes + bytes);
        if (!TryBeginReport())
            return;

        _recoveryIsNews = true;
        report(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} {path}: {cause}; {_lostLines} lines ({_lostBytes} bytes) lost so far"));
    }

    /// <summary>Tells of lines that the loops dropped, if there are new ones.</summary>
    public void Dropped(long lines)
    {
        if (lines == _reportedDroppedLines || !TryBeginReport())
            return;

        _reportedDroppedLines = lines;
        report(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: the destination is too slow; {lines} lines dropped so far"));
    }

    // One clock for all reports: a broken destination is also a slow one.
    private bool TryBeginReport()
    {
        long now = time.GetTimestamp();
        if (_hasReported && time.GetElapsedTime(_lastReport, now) < AccessLogLimits.ErrorReportInterval)
            return false;

        _hasReported = true;
        _lastReport = now;
        return true;
    }
}
