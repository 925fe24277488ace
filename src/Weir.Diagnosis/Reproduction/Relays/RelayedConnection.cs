using System.Diagnostics;

namespace Weir.Diagnosis;

/// <summary>
/// One connection through the relay: both its sides, and what the relay saw of it. Owned by the relay; what it saw may be read
/// on any thread.
/// </summary>
internal sealed class RelayedConnection(int id, RelaySide balancer, RelaySide target, int port = 0) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<RelayedRequest> _unanswered = [];
    private int _requests;
    private string? _lastKey;
    private int _ends;
    private bool _aborted;

    // GOAWAY begins the end as FIN does.
    private bool _hasTargetBegunEnd;
    private bool _hasBalancerBegunEnd;

    private bool _hasWrittenBehindEnd;

    public int Id => id;

    /// <summary>Which of the relay's ports it came by, from 0: over HTTP/2 the balancer takes each for a target.</summary>
    public int Port => port;

    public RelaySide Balancer => balancer;

    public RelaySide Target => target;

    /// <summary>The target was the first to end it, be it by saying so (GOAWAY).</summary>
    public bool IsEndedByTarget => _hasTargetBegunEnd;

    /// <summary>One of the two has ended it, or said so.</summary>
    public bool HasEnded => _hasTargetBegunEnd || _hasBalancerBegunEnd;

    /// <summary>The last stream that the target says it may have looked at; null if it has said no GOAWAY.</summary>
    public int? LastStreamOfTarget { get; private set; }

    /// <summary>What its first GOAWAY says, such as `NO_ERROR`; null if it has said none.</summary>
    public string? GoAwayCode { get; private set; }

    /// <summary>
    /// With how many bytes of the target's, on the wire, its first GOAWAY had come: that lies within them, at their end. Null if it
    /// has said none.
    /// </summary>
    public long? GoAwayBytes { get; private set; }

    /// <summary>The target was the first to end it, and so.</summary>
    public RelayEnd EndByTarget { get; private set; }

    /// <summary>The target was the first to end it, and had no request on it then that it had not answered, at least in part.</summary>
    public bool IsEndedIdle { get; private set; }

    /// <summary>When its end began, as the relay read it; 0 before that.</summary>
    public long EndTimestamp { get; private set; }

    /// <summary>The target has reset it, be it after its FIN: bytes came that it did not read.</summary>
    public bool ResetByTarget { get; private set; }

    /// <summary>
    /// It has reset it behind its FIN before anything more was written to it: so what it had not read is a request that had reached
    /// it before, as far as was known then. Whatever comes later for a socket that is closed is answered with RST too, such as a
    /// balancer's GOAWAY or close_notify, and says nothing of the request.
    /// </summary>
    public bool HasResetUnread { get; private set; }

    /// <summary>The balancer was the first to end it, and so.</summary>
    public RelayEnd EndByBalancer { get; private set; }

    /// <summary>The path of the last request that was answered on it, at least in part; null before the first answer.</summary>
    public string? LastAnswered { get; private set; }

    /// <summary>When the balancer was handed the last bytes of an answer; 0 before the first.</summary>
    public long LastDelivered { get; private set; }

    /// <summary>How long it had been idle, as the balancer sees it, when the target's end reached the balancer.</summary>
    public TimeSpan? CloseAge { get; private set; }

    public RelayedRequest AddRequest(string key, int streamId = 0)
    {
        lock (_lock)
        {
            string? previous = _lastKey;
            _lastKey = key;
            _requests++;
            return new RelayedRequest(
                this, _requests, LastDelivered == 0 ? null : Stopwatch.GetElapsedTime(LastDelivered), previous, streamId);
        }
    }

    /// <summary>The target is handed a request now, whether it is still there or not.</summary>
    public void Reach(RelayedRequest request)
    {
        (bool HasEnded, long Bytes)? asked = target.Ask();
        lock (_lock)
        {
            // Whoever has ended it has said so.
            request.MetEnd = EndByTarget != RelayEnd.None || asked is { HasEnded: true };
            request.TargetBytes = asked?.Bytes;
            _unanswered.Add(request);
        }
    }

    /// <summary>A part of an answer came from the target.</summary>
    public void AnswerCame()
    {
        lock (_lock)
        {
            _unanswered.Clear();
        }
    }

    /// <summary>Bytes of the target's are handed to the balancer.</summary>
    public void Delivered(Passing passing)
    {
        lock (_lock)
        {
            if (passing.HasAnswer)
            {
                LastDelivered = Stopwatch.GetTimestamp();
                LastAnswered = _lastKey;
            }

            if (passing.GoAway is not null)
            {
                NoteCloseAge();
            }
        }
    }

    /// <summary>Bytes are about to be written to the target.</summary>
    public void WritingToTarget()
    {
        lock (_lock)
        {
            _hasWrittenBehindEnd |= EndByTarget != RelayEnd.None;
        }
    }

    /// <summary>One of the sides has said that it ends the connection, and up to which stream it looks at what came.</summary>
    public void GoAwayCame((string Code, int LastStreamId) said, bool fromTarget)
    {
        lock (_lock)
        {
            if (fromTarget)
            {
                GoAwayBytes ??= target.BytesReceived;
                GoAwayCode ??= said.Code;
            }

            BeginEnd(fromTarget);
            if (fromTarget && (LastStreamOfTarget is not { } before || said.LastStreamId < before))
            {
                LastStreamOfTarget = said.LastStreamId;
            }
        }
    }

    /// <summary>An end came from one of the sides; true if it is to be passed on.</summary>
    public bool EndCame(RelayEnd end, bool fromTarget)
    {
        lock (_lock)
        {
            if (_aborted)
            {
                return false;
            }

            ResetByTarget |= fromTarget && end == RelayEnd.Rst;
            HasResetUnread |= fromTarget && end == RelayEnd.Rst && EndByTarget == RelayEnd.Fin && !_hasWrittenBehindEnd;
            BeginEnd(fromTarget);
            if (fromTarget && _hasTargetBegunEnd && EndByTarget == RelayEnd.None)
            {
                EndByTarget = end;
            }
            else if (!fromTarget && _hasBalancerBegunEnd && EndByBalancer == RelayEnd.None)
            {
                EndByBalancer = end;
            }

            return true;
        }
    }

    /// <summary>The end that came before reaches the other side now.</summary>
    public void PassEnd(RelayEnd end, bool toBalancer)
    {
        bool last;
        lock (_lock)
        {
            if (_aborted)
            {
                return;
            }

            if (toBalancer)
            {
                NoteCloseAge();
            }

            last = end == RelayEnd.Rst || ++_ends == 2;
            _aborted = last;
        }

        (RelaySide from, RelaySide to) = toBalancer ? (target, balancer) : (balancer, target);
        if (!toBalancer && from.HasClosedTls)
        {
            WritingToTarget();
        }

        to.End(end, from.HasClosedTls);
        if (last)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _aborted = true;
        }

        balancer.Dispose();
        target.Dispose();
    }

    // The first word counts, whose ever it is.
    private void BeginEnd(bool isByTarget)
    {
        if (!HasEnded)
        {
            (_hasTargetBegunEnd, _hasBalancerBegunEnd) = (isByTarget, !isByTarget);
            IsEndedIdle = isByTarget && _unanswered.TrueForAll(static request => request.HasMetEnd);
            EndTimestamp = Stopwatch.GetTimestamp();
        }
    }

    private void NoteCloseAge()
    {
        if (_hasTargetBegunEnd && LastDelivered != 0)
        {
            CloseAge ??= Stopwatch.GetElapsedTime(LastDelivered);
        }
    }
}
