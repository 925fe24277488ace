using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Clients;

/// <summary>
/// The origins of errors, and for comparison the sizes of some requests that were answered. Of too many errors a sample
/// evenly drawn. Filled while a log is read, asked afterwards; owned by a <see cref="Diagnosis"/>.
/// </summary>
internal sealed class ErrorOriginSample
{
    // Some 80 bytes each.
    private const int MaxErrors = 50_000;

    // Of each group, for a median; all of the first, then one in so many, since the log goes by at millions a second.
    private const int MaxSizes = 250;
    private const int FirstSizes = 250;
    private const int SizeStride = 64;

    // Groups whose requests' sizes are kept.
    private const int MaxGroups = 500;

    private readonly Dictionary<(long Time, ulong Key, int Target), ErrorOrigin> _errors = [];
    private readonly Dictionary<int, List<long>> _sizes = [];
    private int _dropped;
    private long _answered;

    public void Accept(in LoggedRequest request, RequestDetail? detail)
    {
        if (request.IsBalancerError)
        {
            AcceptError(request, detail);
        }
        else if (request.TargetStatus > 0 && (++_answered <= FirstSizes || _answered % SizeStride == 0))
        {
            AcceptSize(request);
        }
    }

    /// <summary>Null: it is not in the sample.</summary>
    public ErrorOrigin? Of(long completedMicroseconds, ulong requestKey, int target) =>
        _errors.TryGetValue((completedMicroseconds, requestKey, target), out ErrorOrigin origin) ? origin : null;

    /// <summary>The median of fields 11 of requests that this group answered, bytes; null where none is known.</summary>
    public long? AnsweredBytes(int targetGroup)
    {
        if (!_sizes.TryGetValue(targetGroup, out List<long>? sizes))
        {
            return null;
        }

        sizes.Sort();
        return sizes[sizes.Count / 2];
    }

    private void AcceptError(in LoggedRequest request, RequestDetail? detail)
    {
        (long, ulong, int) place = (request.CompletedMicroseconds, request.RequestKey, request.Target);
        if (detail is null || IsDropped(place))
        {
            return;
        }

        _errors[place] = new ErrorOrigin(
            LoggedConnection.KeyOf(detail.ClientAddress),
            detail.ConnectionTraceId is { } trace ? LoggedConnection.KeyOf(trace) : 0,
            request.ReceivedBytes,
            detail.ErrorReason ?? detail.ClassificationReason);
        if (_errors.Count > MaxErrors)
        {
            _dropped = (_dropped << 1) | 1;
            foreach ((long, ulong, int) dropped in _errors.Keys.Where(IsDropped).ToArray())
            {
                _errors.Remove(dropped);
            }
        }
    }

    // By its time's microseconds, which nothing that errors have in common depends on; the same log gives the same sample.
    private bool IsDropped((long Time, ulong Key, int Target) place) => ((int)(((ulong)place.Time * 0x9E3779B97F4A7C15) >> 40) & _dropped) != 0;

    private void AcceptSize(in LoggedRequest request)
    {
        if (!_sizes.TryGetValue(request.TargetGroup, out List<long>? sizes))
        {
            if (_sizes.Count == MaxGroups)
            {
                return;
            }

            _sizes.Add(request.TargetGroup, sizes = []);
        }

        if (sizes.Count < MaxSizes)
        {
            sizes.Add(request.ReceivedBytes);
        }
    }
}
