using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Weir.AccessLogs;

/// <summary>
/// The file of one load balancer and one interval while it grows under a temporary name. Lines are staged, compressed as one
/// gzip member, and the member is appended whole or not at all, so the file can be read at every moment. Owned by the
/// directory destination.
/// </summary>
// Source: RFC 1952 §2.2: a gzip file is a series of members
internal sealed class AccessLogIntervalFile(string root, AccessLogSource source, long startUnixMicroseconds) : IDisposable
{
    private const string TemporarySuffix = ".part";
    private const int RandomCharacters = 8;

    private readonly DateTimeOffset _end =
        DateTimeOffset.UnixEpoch.AddMicroseconds(startUnixMicroseconds) + AccessLogLimits.Interval;

    private readonly ArrayBufferWriter<byte> _staged = new();
    private readonly MemoryStream _member = new();
    private int _stagedLines;
    private string _path = "";
    private AppendFile? _file;
    private bool _hasMembers;

    public int StagedBytes => _staged.WrittenCount;

    /// <summary>When staged lines must be written; the end of time if there are none.</summary>
    public DateTimeOffset StagedUntil { get; private set; } = DateTimeOffset.MaxValue;

    public DateTimeOffset CompleteAt => _end + AccessLogLimits.IntervalGrace;

    public void Stage(AccessLogChunk chunk, DateTimeOffset now)
    {
        if (_stagedLines == 0)
            StagedUntil = now + AccessLogLimits.StagedFor;
        _staged.Write(chunk.Text);
        _stagedLines += chunk.Lines;
    }

    public void WriteStaged(AccessLogDeliveryState state)
    {
        if (_stagedLines == 0)
            return;

        if (TryOpen(out string? cause) && TryAppendMember(out cause))
            state.Written(root, _stagedLines);
        else
            state.Lost(root, cause!, _stagedLines, _staged.WrittenCount);

        _staged.ResetWrittenCount();
        _stagedLines = 0;
        StagedUntil = DateTimeOffset.MaxValue;
    }

    /// <summary>Writes the rest and gives the file its name. On failure the temporary file stays for a person to find.</summary>
    public void Complete(AccessLogDeliveryState state)
    {
        WriteStaged(state);
        if (_file is null)
            return;

        // No fsync: a slow disk would stop the writer for seconds, and lines would be dropped for it.
        _file.TryMend(out string? cause);
        Dispose();
        try
        {
            if (_hasMembers)
                File.Move(_path + TemporarySuffix, _path);
            else
                File.Delete(_path + TemporarySuffix);
        }
        catch (Exception failure) when (AppendFile.IsExpected(failure))
        {
            cause = failure.Message;
        }

        if (cause is not null)
            state.Lost(_path, cause, lines: 0, bytes: 0);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private bool TryOpen(out string? cause)
    {
        cause = null;
        if (_file is not null)
            return true;

        string folder = Path.Combine(
            root, "AWSLogs", source.AccountId, "elasticloadbalancing", source.Region, Format("yyyy/MM/dd"));
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (AppendFile.IsExpected(failure))
        {
            cause = failure.Message;
            return false;
        }

        _path = Path.Combine(folder, FileName());
        _file = AppendFile.TryOpen(_path + TemporarySuffix, FileMode.CreateNew, out cause);
        return _file is not null;
    }

    private bool TryAppendMember(out string? cause)
    {
        _member.SetLength(0);
        // The fastest level: the writer shares its cores with the loops, and log lines shrink well at any level.
        using (var gzip = new GZipStream(_member, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(_staged.WrittenSpan);

        var member = _member.GetBuffer().AsSpan(0, (int)_member.Length);
        _file!.Append(member, keepWholeLines: false, out cause);
        _hasMembers |= cause is null;
        return cause is null;
    }

    private string FileName() =>
        $"{source.FilePrefix}{source.AccountId}_elasticloadbalancing_{source.Region}_app.{source.LoadBalancerName}.{source.LoadBalancerId}_"
        + $"{Format("yyyyMMdd'T'HHmm'Z'")}_{source.NodeAddress}_"
        + $"{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", RandomCharacters)}.log.gz";

    // Folder and name tell the interval's end: the one of midnight belongs to the next day.
    private string Format(string format) => _end.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
