using System.Runtime.InteropServices;

namespace Weir.AccessLogs;

/// <summary>
/// A folder in the layout in which ALB delivers to a bucket: one file a load balancer and five minutes, gzip, which has
/// its name only when it is complete. Owned by its writer.
/// </summary>
/// <remarks>The time of the records decides the interval, the clock when it is delivered.</remarks>
// Source: ALB user guide, access log files
internal sealed class DirectoryAccessLogDestination(string root, TimeProvider time) : IAccessLogDestination
{
    private readonly Dictionary<(AccessLogSource Source, long StartUnixMicroseconds), AccessLogIntervalFile> _open = [];
    private readonly List<(AccessLogSource Source, long StartUnixMicroseconds)> _due = [];

    public DateTimeOffset? NextDue { get; private set; }

    public string? Check()
    {
        string probe = Path.Combine(root, $".weir-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(root);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception failure) when (AppendFile.IsExpected(failure))
        {
            return $"{root}: {failure.Message}";
        }
    }

    public void Write(AccessLogChunk chunk, AccessLogDeliveryState state)
    {
        // Such a destination is never undivided.
        AccessLogSource source = chunk.Source!;
        var key = (source, chunk.IntervalStartUnixMicroseconds);
        ref var file = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, key, out _);
        file ??= new AccessLogIntervalFile(root, source, chunk.IntervalStartUnixMicroseconds);
        file.Stage(chunk, time.GetUtcNow());
        if (file.StagedBytes >= AccessLogLimits.StagedBytes)
            file.WriteStaged(state);
    }

    public void DeliverDue(AccessLogDeliveryState state)
    {
        var now = time.GetUtcNow();
        NextDue = null;
        foreach (var (key, file) in _open)
        {
            if (file.CompleteAt <= now)
            {
                file.Complete(state);
                _due.Add(key);
                continue;
            }

            if (file.StagedUntil <= now)
                file.WriteStaged(state);

            var next = file.StagedUntil < file.CompleteAt ? file.StagedUntil : file.CompleteAt;
            NextDue = NextDue < next ? NextDue : next;
        }

        foreach (var key in _due)
            _open.Remove(key);
        _due.Clear();
    }

    // Files of this layout are complete when they appear: nothing there can be rotated under the writer.
    public void Reopen(AccessLogDeliveryState state)
    {
    }

    public void Complete(AccessLogDeliveryState state)
    {
        foreach (var file in _open.Values)
            file.Complete(state);
        _open.Clear();
        NextDue = null;
    }

    public void Dispose()
    {
        foreach (var file in _open.Values)
            file.Dispose();
        _open.Clear();
    }
}
