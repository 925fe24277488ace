using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Weir.Diagnosis.Probing;

/// <summary>
/// One connection to the target, plain or with TLS, that sends what it is told to and says how it was answered and how it
/// ended. Owned by whoever opened it; it never retries.
/// </summary>
internal sealed class ProbeConnection : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    // Longer than a busy machine takes to see an error, shorter than anyone waits.
    private static readonly TimeSpan _lateByteInterval = TimeSpan.FromMilliseconds(10);

    private readonly ObservedStream _transport;
    private readonly TimeProvider _time;
    private readonly EndPoint _target;
    private Stream _stream;
    private AnswerReader _reader;

    private ProbeConnection(ObservedStream transport, EndPoint target, TimeProvider time, TimeSpan roundTrip)
    {
        _transport = transport;
        _target = target;
        _stream = transport;
        _time = time;
        _reader = new AnswerReader(transport, time);
        RoundTrip = roundTrip;
        OpenedTimestamp = time.GetTimestamp();
    }

    /// <summary>What TCP's handshake took.</summary>
    public TimeSpan RoundTrip { get; }

    /// <summary>`TLS 1.3`; null on a plain connection.</summary>
    public string? TlsProtocol { get; private set; }

    /// <summary>Whether the target's certificate would not do for a client that checks it.</summary>
    public bool HasUntrustedCertificate { get; private set; }

    /// <summary>When the target was there to be talked to: with TLS, after its handshake.</summary>
    public long OpenedTimestamp { get; private set; }

    /// <summary>How the target ended it, as far as that has been read.</summary>
    public ConnectionEnd End => _transport.End;

    /// <summary>Opens one; throws <see cref="ProbeException"/> with the reason if that cannot be done.</summary>
    /// <param name="tlsName">The name for TLS; null for a connection without TLS.</param>
    public static async Task<ProbeConnection> Open(EndPoint target, string? tlsName, TimeProvider time, CancellationToken cancel)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            TimeSpan roundTrip = await Connect(socket, target, time, cancel);
            var connection = new ProbeConnection(new ObservedStream(socket, time), target, time, roundTrip);
            if (tlsName is not null)
            {
                await connection.Secure(tlsName, cancel);
            }

            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Agrees on TLS on a plain connection; throws <see cref="ProbeException"/> if that cannot be done.</summary>
    public async Task Secure(string name, CancellationToken cancel)
    {
        using var deadline = new Deadline(ProbeLimits.Handshake, _time, cancel);
        var tls = new SslStream(_transport);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            // As a balancer does. Source: ALB user guide, target groups: certificates of targets are not validated.
#pragma warning disable CA5359
            RemoteCertificateValidationCallback = (_, _, _, errors) =>
            {
                HasUntrustedCertificate = errors != SslPolicyErrors.None;
                return true;
            },
#pragma warning restore CA5359
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, deadline.Token);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            await tls.DisposeAsync();
            throw new ProbeException($"{_target} does not agree on TLS: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await tls.DisposeAsync();
            throw new ProbeException($"{_target} does not agree on TLS within {ProbeLimits.Handshake.TotalSeconds:0} s");
        }

        _stream = tls;
        _reader = new AnswerReader(tls, _time);
        TlsProtocol = NameOf(tls.SslProtocol);
        OpenedTimestamp = _time.GetTimestamp();
    }

    /// <summary>Sends a request and reads its answer.</summary>
    public async Task<AnswerOutcome> Ask(ReadOnlyMemory<byte> request, TimeSpan limit, CancellationToken cancel)
    {
        using var deadline = new Deadline(limit, _time, cancel);
        long start = _time.GetTimestamp();
        try
        {
            await _stream.WriteAsync(request, deadline.Token);
        }
        catch (IOException)
        {
            // What the target said before it closed may still be there to read.
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return AnswerFault.TimedOut;
        }

        try
        {
            return await _reader.Read(start, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return AnswerFault.TimedOut;
        }
    }

    /// <summary>Waits until the target ends the connection, for <paramref name="limit"/> at most.</summary>
    public async Task<Farewell> WaitForEnd(TimeSpan limit, CancellationToken cancel)
    {
        using var deadline = new Deadline(limit, _time, cancel);
        byte[] buffer = new byte[BufferBytes];
        // What came behind the last answer was not asked for either.
        long bytes = _reader.TakeRest(buffer.AsSpan(0, ProbeLimits.FarewellBytes), out int kept);
        try
        {
            while (true)
            {
                // The kept bytes stay where they are; the others are written over each other.
                int count = await _stream.ReadAsync(buffer.AsMemory(Math.Min(kept, ProbeLimits.FarewellBytes)), deadline.Token);
                if (count == 0)
                {
                    break;
                }

                kept = Math.Min(kept + count, ProbeLimits.FarewellBytes);
                bytes += count;
            }
        }
        catch (IOException)
        {
            // A reset; the transport has noted it.
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Farewell(ConnectionEnd.None, _time.GetTimestamp(), bytes, FirstLine(buffer.AsSpan(0, kept)));
        }

        // TLS says goodbye a moment before TCP does: that moment is the end.
        bool isNoted = _transport.End != ConnectionEnd.None;
        return new Farewell(
            isNoted ? _transport.End : ConnectionEnd.Fin,
            isNoted ? _transport.EndTimestamp : _time.GetTimestamp(),
            bytes,
            FirstLine(buffer.AsSpan(0, kept)));
    }

    /// <summary>
    /// After the target's FIN: sends a request byte by byte and sees whether it is answered with RST. A close that went
    /// one way only takes all of it.
    /// </summary>
    public async Task<LateByteAnswer> SendLate(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        TimeSpan limit = RoundTrip * 4 > ProbeLimits.LateBytes ? RoundTrip * 4 : ProbeLimits.LateBytes;
        long start = _time.GetTimestamp();
        bool isLast = false;
        for (int sent = 0; sent < request.Length && !isLast; sent++)
        {
            // RST shows at the next byte only: on a machine so busy that the time is over after the first, there is one more.
            isLast = _time.GetElapsedTime(start) >= limit;
            try
            {
                await _transport.WriteAsync(request.Slice(sent, 1), cancel);
            }
            catch (IOException)
            {
                return LateByteAnswer.Reset;
            }

            await Task.Delay(_lateByteInterval, _time, cancel);
        }

        return LateByteAnswer.Swallowed;
    }

    public void Dispose() => _stream.Dispose();

    private static async Task<TimeSpan> Connect(Socket socket, EndPoint target, TimeProvider time, CancellationToken cancel)
    {
        using var deadline = new Deadline(ProbeLimits.Connect, time, cancel);
        long start = time.GetTimestamp();
        try
        {
            await socket.ConnectAsync(target, deadline.Token);
            return time.GetElapsedTime(start);
        }
        catch (SocketException exception)
        {
            bool isRefusal = exception.SocketErrorCode == SocketError.ConnectionRefused;
            throw new ProbeException(isRefusal
                ? $"{target} refuses connections: nothing listens there"
                : $"{target} cannot be reached: {exception.Message}")
            {
                IsRefusal = isRefusal,
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ProbeException($"{target} accepts no connection within {ProbeLimits.Connect.TotalSeconds:0} s");
        }
    }

    private static string NameOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLS 1.3",
        SslProtocols.Tls12 => "TLS 1.2",
        _ => protocol.ToString(),
    };

    private static string FirstLine(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        return PrintableText.Of(Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]));
    }
}
