using System.Globalization;
using Weir.Reactor;

namespace Weir.Fuzz.Oracles.Tls;

/// <summary>
/// One side of a course: it agrees, sends its text, reads until the other's end, and closes. It is told what the other sends, and
/// what it reads must be a beginning of that.
/// </summary>
internal sealed class TlsEnd(TlsConnection connection, byte[] sent, byte[] expected)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    private readonly byte[] _buffer = new byte[512];
    private TlsHandshakeOutcome _outcome;
    private ConnectionEnd _end;
    private int _received;

    public bool IsDone { get; private set; }

    public string? Fault { get; private set; }

    /// <summary>What whoever owns this connection is told.</summary>
    public string Log => string.Create(
        CultureInfo.InvariantCulture, $"handshake {_outcome.Result} ({_outcome.Problem}), {_received} of {expected.Length} bytes, end {_end}");

    public async LoopTask Run()
    {
        _outcome = await connection.Handshake(_limit);
        if (_outcome.Result == TlsHandshakeResult.Done)
        {
            await SendAndReceive();
        }

        _end = connection.End;
        connection.Close();
        IsDone = true;
    }

    private async LoopTask SendAndReceive()
    {
        int handed = 0;
        bool hasEnded = false;
        while (!hasEnded)
        {
            int count = handed < sent.Length ? connection.Send(sent.AsSpan(handed)) : 0;
            if (count == Connection.SendFailed)
            {
                return;
            }

            handed += count;
            if (handed == sent.Length && count > 0)
            {
                connection.ShutdownSend();
            }

            hasEnded = ReceiveAll();
            if (!hasEnded)
            {
                await connection.WhenReadable();
            }
        }
    }

    private bool ReceiveAll()
    {
        int count;
        while ((count = connection.Receive(_buffer)) > 0)
        {
            if (_received + count > expected.Length || !_buffer.AsSpan(0, count).SequenceEqual(expected.AsSpan(_received, count)))
            {
                Fault = $"was given other bytes than were sent, behind {_received}";
                return true;
            }

            _received += count;
        }

        return count != Connection.WouldBlock;
    }
}
