using System.Diagnostics;
using System.Net.Sockets;

namespace Weir.Diagnosis;

/// <summary>
/// One connection through the relay: both its sides, and what the relay saw of it. Owned by the relay; what it saw may be read
/// on any thread.
/// </summary>
internal sealed class RelayedConnection(int id, RelaySide balancer, RelaySide target) : IDisposable
{
    // Source: linux/tcp.h, TCP_INFO, whose first byte is the state; net/tcp_states.h.
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const byte Closed = 7;
    private const byte CloseWait = 8;
    private const byte LastAcknowledgement = 9;

    private readonly Lock _lock = new();
    private int _requests;
    private string? _lastKey;
    private int _ends;
    private bool _aborted;

    public int Id => id;

    public RelaySide Balancer => balancer;

    public RelaySide Target => target;

    /// <summary>The target was the first to end it, and so.</summary>
    public RelayEnd EndByTarget { get; private set; }

    /// <summary>The target has reset it, be it after its FIN: bytes came that it did not read.</summary>
    public bool ResetByTarget { get; private set; }

    /// <summary>The balancer was the first to end it, and so.</summary>
    public RelayEnd EndByBalancer { get; private set; }

    /// <summary>The path of the last request that was answered on it, at least in part; null before the first answer.</summary>
    public string? LastAnswered { get; private set; }

    /// <summary>When the balancer was handed the last bytes of an answer; 0 before the first.</summary>
    public long LastDelivered { get; private set; }

    /// <summary>How long it had been idle, as the balancer sees it, when the target's end reached the balancer.</summary>
    public TimeSpan? CloseAge { get; private set; }

    public RelayedRequest AddRequest(string key)
    {
        lock (_lock)
        {
            string? previous = _lastKey;
            _lastKey = key;
            _requests++;
            return new RelayedRequest(
                this, _requests, _requests == 1 ? null : Stopwatch.GetElapsedTime(LastDelivered), previous);
        }
    }

    /// <summary>Bytes of an answer were handed to the balancer.</summary>
    public void Delivered()
    {
        lock (_lock)
        {
            LastDelivered = Stopwatch.GetTimestamp();
            LastAnswered = _lastKey;
        }
    }

    /// <summary>
    /// Whether the target has ended the connection by now, as the kernel knows it: the relay itself may be late to read it.
    /// </summary>
    public bool HasTargetEnded()
    {
        if (EndByTarget != RelayEnd.None)
        {
            return true;
        }

        try
        {
            Span<byte> state = stackalloc byte[1];
            target.Socket.GetRawSocketOption(Tcp, TcpInfo, state);
            return state[0] is CloseWait or LastAcknowledgement or Closed;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Whoever has ended it has said so.
            return EndByTarget != RelayEnd.None;
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
            if (EndByTarget == RelayEnd.None && EndByBalancer == RelayEnd.None)
            {
                if (fromTarget)
                {
                    EndByTarget = end;
                }
                else
                {
                    EndByBalancer = end;
                }
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

            if (toBalancer && EndByTarget != RelayEnd.None && LastDelivered != 0)
            {
                CloseAge ??= Stopwatch.GetElapsedTime(LastDelivered);
            }

            last = end == RelayEnd.Rst || ++_ends == 2;
            _aborted = last;
        }

        (RelaySide from, RelaySide to) = toBalancer ? (target, balancer) : (balancer, target);
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
}
