using Weir.Reactor;

namespace Weir.Fuzz.Oracles.Tls;

/// <summary>Carries one direction from connection to connection, and alters it on the way. Driven from outside their loops' turns.</summary>
internal sealed class AlteringPipe(Connection from, Connection to, IReadOnlyList<TlsAlteration> alterations)
{
    private readonly byte[] _buffer = new byte[2048];
    private readonly List<byte> _pending = [];
    private int _offset;
    private bool _isOver;

    /// <summary>Carries what is there; whether there was anything.</summary>
    public bool Move()
    {
        bool moved = false;
        int count = 0;
        while (!_isOver && (count = from.Receive(_buffer)) > 0)
        {
            moved = true;
            for (int i = 0; i < count && !_isOver; i++)
            {
                Take(_buffer[i]);
            }
        }

        if (_pending.Count > 0 && to.Send(_pending.ToArray()) is var sent and > 0)
        {
            _pending.RemoveRange(0, sent);
            moved = true;
        }

        if (!_isOver && count != Connection.WouldBlock)
        {
            End(reset: from.End != ConnectionEnd.Fin);
            moved = true;
        }

        return moved;
    }

    private void Take(byte value)
    {
        int times = 1;
        foreach (TlsAlteration alteration in alterations)
        {
            if (alteration.Offset != _offset)
            {
                continue;
            }

            switch (alteration.Kind)
            {
                case TlsAlterationKind.Flip:
                    value ^= alteration.Value;
                    break;
                case TlsAlterationKind.Drop:
                    times = 0;
                    break;
                case TlsAlterationKind.Insert:
                    _pending.Add(alteration.Value);
                    break;
                case TlsAlterationKind.Repeat:
                    times += alteration.Value;
                    break;
                default:
                    End(reset: alteration.Kind == TlsAlterationKind.Reset);
                    return;
            }
        }

        _pending.AddRange(Enumerable.Repeat(value, times));
        _offset++;
    }

    // What came before the end is sent first.
    private void End(bool reset)
    {
        _isOver = true;
        if (_pending.Count > 0 && !reset)
        {
            to.Send(_pending.ToArray());
        }

        _pending.Clear();
        if (reset)
        {
            to.Abort();
        }
        else if (!to.IsClosed)
        {
            to.ShutdownSend();
        }
    }
}
