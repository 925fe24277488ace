using System.Net.Sockets;
using System.Text;

namespace Weir.Diagnosis.Tests.Probing;

/// <summary>One accepted connection of a <see cref="ScriptedTarget"/>, as its script sees it.</summary>
internal sealed class ScriptedConnection(Socket socket, int number, CancellationToken testEnd) : IDisposable
{
    private readonly CancellationTokenSource _ended = CancellationTokenSource.CreateLinkedTokenSource(testEnd);
    private readonly byte[] _buffer = new byte[8 * 1024];
    private bool _isAnswered;

    /// <summary>
    /// Those that the probe opens before it leaves any idle, over HTTP/1.1 and where it waits for no silent ones: one that finds the
    /// address, two first answers, two on which requests are counted.
    /// </summary>
    public const int Busy = 5;

    /// <summary>From 1, in the order of acceptance.</summary>
    public int Number => number;

    /// <summary>Until the test is over, or the target ends all connections.</summary>
    public CancellationToken Until => _ended.Token;

    /// <summary>Ends its script, and with it the connection.</summary>
    public void End() => _ended.Cancel();

    /// <summary>The head of the next request; null if the probe closed, or none came in time.</summary>
    public async Task<string?> ReadRequest(TimeSpan limit)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        deadline.CancelAfter(limit);
        string head = "";
        try
        {
            while (!head.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                int count = await socket.ReceiveAsync(_buffer, deadline.Token);
                if (count == 0)
                {
                    return null;
                }

                head += Encoding.Latin1.GetString(_buffer, 0, count);
            }

            return head;
        }
        catch (OperationCanceledException) when (!_ended.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>
    /// The head of the next request; null if the probe closed, or left the connection idle for so long. Requests that it is about to
    /// send are waited for, however late they come from a busy machine: the first of a connection, and those that are counted.
    /// </summary>
    public async Task<string?> ReadUntilIdle(TimeSpan idle)
    {
        string? head = await ReadRequest(_isAnswered && number > Busy ? idle : Timeout.InfiniteTimeSpan);
        _isAnswered = true;
        return head;
    }

    /// <summary>What comes next; null if the probe closed, or nothing came in time.</summary>
    public async Task<byte[]?> Read(TimeSpan limit)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        deadline.CancelAfter(limit);
        try
        {
            int count = await socket.ReceiveAsync(_buffer, deadline.Token);
            return count == 0 ? null : _buffer[..count];
        }
        catch (OperationCanceledException) when (!_ended.IsCancellationRequested)
        {
            return null;
        }
    }

    public Task Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public async Task Send(byte[] bytes) => await socket.SendAsync(bytes, _ended.Token);

    /// <summary>A byte at a time, until the probe goes.</summary>
    public async Task Trickle(string text)
    {
        foreach (byte value in Encoding.Latin1.GetBytes(text))
        {
            await socket.SendAsync(new[] { value }, _ended.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(20), _ended.Token);
        }
    }

    /// <summary>Answers it as a plain server does.</summary>
    public Task Answer(string fields = "") => Send($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{fields}\r\nok");

    /// <summary>Answers every request until the probe closes, or leaves the connection idle for so long.</summary>
    public async Task AnswerUntilIdle(TimeSpan idle, string fields = "")
    {
        while (await ReadUntilIdle(idle) is not null)
        {
            await Answer(fields);
        }
    }

    /// <summary>Ends the sending side only, and reads until the probe goes.</summary>
    public async Task HalfClose()
    {
        socket.Shutdown(SocketShutdown.Send);
        while (await socket.ReceiveAsync(_buffer, _ended.Token) > 0)
        {
        }
    }

    /// <summary>Ends it with RST.</summary>
    public void Reset() => socket.Close(0);

    /// <summary>Neither reads nor closes until the test is over.</summary>
    public Task Ignore() => Task.Delay(Timeout.InfiniteTimeSpan, _ended.Token);

    public void Dispose()
    {
        socket.Dispose();
        _ended.Dispose();
    }
}
