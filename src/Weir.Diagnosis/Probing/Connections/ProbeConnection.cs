using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Weir.Diagnosis.Probing;

/// <summary>
/// One connection to the target, plain or with TLS, that sends what it is told to and says how it was answered and how it
/// ended. Owned by whoever opened it; it never retries.
/// </summary>
internal sealed class ProbeConnection : IDisposable
{
    // Longer than a busy machine takes to see an error, shorter than anyone waits.
    private static readonly TimeSpan _lateByteInterval = TimeSpan.FromMilliseconds(10);

    private readonly ObservedStream _transport;
    private readonly TimeProvider _time;
    private readonly EndPoint _target;
    private Stream _stream;
    private IDialogue _dialogue;

    private ProbeConnection(ObservedStream transport, EndPoint target, bool isHttp2, TimeProvider time, TimeSpan roundTrip)
    {
        _transport = transport;
        _target = target;
        _stream = transport;
        _time = time;
        _dialogue = Speak(transport, isHttp2, time);
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

    /// <summary>What the target said of the connection's end over HTTP/2, as far as that has been read.</summary>
    public GoAway? GoAway => _dialogue.GoAway;

    /// <summary>What it announces over HTTP/2; null before it has.</summary>
    public Http2Settings? Settings => _dialogue.Settings;

    /// <summary>Opens one; throws <see cref="ProbeException"/> with the reason if that cannot be done.</summary>
    /// <param name="tlsName">The name for TLS; null for a connection without TLS.</param>
    /// <param name="isHttp2">What is spoken on it.</param>
    public static async Task<ProbeConnection> Open(
        EndPoint target, string? tlsName, bool isHttp2, TimeProvider time, CancellationToken cancel)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            TimeSpan roundTrip = await Connect(socket, target, time, cancel);
            var connection = new ProbeConnection(new ObservedStream(socket, time), target, isHttp2, time, roundTrip);
            if (tlsName is not null)
            {
                await connection.Secure(tlsName, isHttp2, cancel);
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
    public async Task Secure(string name, bool isHttp2, CancellationToken cancel)
    {
        using var deadline = new Deadline(ProbeLimits.Handshake, _time, cancel);
        var tls = new SslStream(_transport);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            ApplicationProtocols = [isHttp2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
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
        catch (Exception exception) when (exception is AuthenticationException or IOException
            || (exception is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            await tls.DisposeAsync();
            throw new ProbeException(WhyNoTls(exception, isHttp2));
        }

        if (isHttp2 && tls.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
        {
            await tls.DisposeAsync();
            throw new ProbeException($"{_target} does not choose HTTP/2 (h2) by ALPN: a balancer with a target group of HTTP2 cannot use it");
        }

        _stream = tls;
        _dialogue = Speak(tls, isHttp2, _time);
        TlsProtocol = NameOf(tls.SslProtocol);
        OpenedTimestamp = _time.GetTimestamp();
    }

    private string WhyNoTls(Exception exception, bool isHttp2)
    {
        if (_transport.BeginsAsHttp)
        {
            return $"{_target} speaks plain HTTP, and not TLS: http://… probes that";
        }

        if (exception is OperationCanceledException)
        {
            return $"{_target} does not agree on TLS within {ProbeLimits.Handshake.TotalSeconds:0} s";
        }

        string hint = isHttp2 ? "" : "; does it speak HTTP/2 only? --http2 probes that";
        return $"{_target} does not agree on TLS: {(exception.InnerException ?? exception).Message}{hint}";
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="asks">For keep-alive in so many words, which HTTP/2 has none for.</param>
    public async Task<AnswerOutcome> Ask(ProbeRequest request, bool asks, TimeSpan limit, CancellationToken cancel)
    {
        using var deadline = new Deadline(limit, _time, cancel);
        try
        {
            return await _dialogue.Ask(request, asks, deadline.Token);
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
        var unasked = new Unasked();
        bool hasEnded = false;
        try
        {
            hasEnded = await _dialogue.ReadToEnd(unasked, deadline.Token);
        }
        catch (IOException)
        {
            // A reset; the transport has noted it.
            hasEnded = true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // It lives.
        }

        // TLS says goodbye a moment before TCP does: that moment is the end.
        bool isNoted = _transport.End != ConnectionEnd.None;
        return new Farewell(
            isNoted ? _transport.End : hasEnded ? ConnectionEnd.Fin : ConnectionEnd.None,
            isNoted ? _transport.EndTimestamp : _time.GetTimestamp(),
            unasked.Bytes,
            unasked.FirstLine)
        {
            GoAway = _dialogue.GoAway,
            ClosesTls = hasEnded && TlsProtocol is not null ? !isNoted : null,
        };
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

    private static IDialogue Speak(Stream stream, bool isHttp2, TimeProvider time) =>
        isHttp2 ? new Http2Dialogue(stream, time) : new Http1Dialogue(stream, time);

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
}
