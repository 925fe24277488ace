using System.Runtime.CompilerServices;

namespace Weir.AccessLogs.Reading;

/// <summary>
/// Tells what a line is and reads the request of an access log's. Owned by whoever reads a block of lines, used on one
/// thread at a time; it never throws, and allocates nothing. A line longer than <see cref="LogReadingLimits.LineBytes"/> is
/// unreadable.
/// </summary>
/// <remarks>
/// Every layout since 2016 is read: 17 fields and more, known or not; those at the end that it does not know are passed
/// over. The usual line is read in one pass; one whose quotes are odd is read again, slower, in the ways that are left.
/// </remarks>
public sealed class LogLineParser
{
    private const long MicrosecondsPerMillisecond = 1000;

    // Two, because creation and answer often lie in different minutes.
    private readonly LogTimestampReader _completion = new();
    private readonly LogTimestampReader _creation = new();

    /// <summary>Reads a text's first line.</summary>
    /// <param name="text">One line or more; the last may lack its line feed.</param>
    /// <param name="request">The request, if the kind is <see cref="LogLineKind.Access"/>; else its fields at most.</param>
    /// <param name="end">Where the line ends: the place of its line feed, or the end of the text.</param>
    public LogLineKind Parse(ReadOnlySpan<byte> text, ref AccessLogFields request, out int end)
    {
        bool isUsual = request.Fields.TryFind(text, out end);
        return end > LogReadingLimits.LineBytes ? LogLineKind.Unreadable
            : isUsual && TryReadRequest(ref request) ? LogLineKind.Access
            : ParseUnusual(ref request);
    }

    /// <summary>Reads a line. As with every text, what follows a line feed is not looked at.</summary>
    public LogLineKind Parse(ReadOnlySpan<byte> line, ref AccessLogFields request) => Parse(line, ref request, out _);

    /// <summary>The rest of a line that is of the kind <see cref="LogLineKind.Connection"/>.</summary>
    public ConnectionLogFields ReadConnection(in AccessLogFields line)
    {
        _ = _completion.TryRead(line.Fields.Raw(1), out long time);
        _ = LogNumbers.TryCount(line.Fields.Raw(4), out long port);
        return new ConnectionLogFields(line.Fields)
        {
            TimeMicroseconds = time,
            ListenerPort = (int)Math.Min(port, ushort.MaxValue),
            HandshakeMilliseconds = LogNumbers.TryMilliseconds(line.Fields.Raw(7), out int handshake) ? handshake : -1,
        };
    }

    /// <summary>The rest of a line that is of the kind <see cref="LogLineKind.HealthCheck"/>.</summary>
    public HealthCheckLogFields ReadHealthCheck(in AccessLogFields line)
    {
        _ = _completion.TryRead(line.Fields.Raw(2), out long time);
        _ = LogNumbers.TryNanoseconds(line.Fields.Raw(3), out long latency);
        _ = LogNumbers.TryStatus(line.Fields.Raw(7), out short status);
        return new HealthCheckLogFields(line.Fields)
        {
            TimeMicroseconds = time,
            LatencyMicroseconds = latency / 1000,
            Status = status,
        };
    }

    private LogLineKind ParseUnusual(ref AccessLogFields request)
    {
        var line = request.Fields.Line;
        if (line.Trim(" \t"u8).IsEmpty || IsTestObject(line))
            return LogLineKind.Empty;

        if (request.Fields.TryFind(QuoteReading.EscapedByBackslash))
        {
            var kind = TryReadRequest(ref request) ? LogLineKind.Access : OtherKind(in request.Fields);
            if (kind != LogLineKind.Unreadable)
                return kind;
        }

        return request.Fields.TryFind(QuoteReading.EndsBeforeSpace) && TryReadRequest(ref request)
            ? LogLineKind.Access
            : LogLineKind.Unreadable;
    }

    private bool TryReadRequest(ref AccessLogFields request)
    {
        ref var fields = ref request.Fields;
        if (fields.Count < LogReadingLimits.AccessFieldsAtLeast || !AreTextsInPlace(in fields)
            || !_completion.TryRead(fields.Raw(2), out long completed) || !TryReadNumbers(ref request))
        {
            return false;
        }

        var creation = fields.Raw(22);
        bool isLogged = _creation.TryRead(creation, out long created);
        if (!isLogged && creation is not ([] or [(byte)'-']))
            return false;

        request.CompletedMicroseconds = completed;
        request.CreatedMicroseconds = isLogged ? created : completed - (ElapsedMilliseconds(in request) * MicrosecondsPerMillisecond);
        request.IsCreationLogged = isLogged;
        return true;
    }

    // Fields 13 and 14 are quoted, 15 to 17 never, 18 always.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreTextsInPlace(in LogLineFields fields) =>
        fields.Raw(13) is [(byte)'"', .., (byte)'"'] && fields.Raw(14) is [(byte)'"', .., (byte)'"']
        && fields.Raw(15) is not [(byte)'"', ..] && fields.Raw(17) is not ([] or [(byte)'"', ..])
        && fields.Raw(18) is [] or [(byte)'"', .., (byte)'"'];

    private static bool TryReadNumbers(ref AccessLogFields request)
    {
        ref var fields = ref request.Fields;
        if (!LogNumbers.TryMilliseconds(fields.Raw(6), out int requestMs)
            || !LogNumbers.TryMilliseconds(fields.Raw(7), out int targetMs)
            || !LogNumbers.TryMilliseconds(fields.Raw(8), out int responseMs)
            || !LogNumbers.TryStatus(fields.Raw(9), out short elbStatus)
            || !LogNumbers.TryStatus(fields.Raw(10), out short targetStatus)
            || !LogNumbers.TryCount(fields.Raw(11), out long receivedBytes)
            || !LogNumbers.TryCount(fields.Raw(12), out long sentBytes))
        {
            return false;
        }

        request.RequestMilliseconds = requestMs;
        request.TargetMilliseconds = targetMs;
        request.ResponseMilliseconds = responseMs;
        request.ElbStatus = elbStatus;
        request.TargetStatus = targetStatus;
        request.ReceivedBytes = receivedBytes;
        request.SentBytes = sentBytes;
        return true;
    }

    private static long ElapsedMilliseconds(in AccessLogFields request) =>
        (long)Math.Max(request.RequestMilliseconds, 0) + Math.Max(request.TargetMilliseconds, 0) + Math.Max(request.ResponseMilliseconds, 0);

    // "Enable AccessLog for ELB: … at …", in the objects named ELB…TestFile.
    private static bool IsTestObject(ReadOnlySpan<byte> line) =>
        line.StartsWith("Enable "u8) && line.IndexOf("Log for ELB"u8) >= 0;

    private LogLineKind OtherKind(in LogLineFields fields)
    {
        if (_completion.TryRead(fields.Raw(1), out _))
            return IsConnection(in fields) ? LogLineKind.Connection
                : IsClassic(in fields) ? LogLineKind.ClassicLoadBalancer
                : LogLineKind.Unreadable;

        if (IsHealthCheck(in fields))
            return LogLineKind.HealthCheck;

        // tls 2.0 2020-04-01T08:51:42 net/name/id …
        return fields.Raw(1).SequenceEqual("tls"u8) && fields.Raw(4).StartsWith("net/"u8)
            ? LogLineKind.NetworkLoadBalancer
            : LogLineKind.Unreadable;
    }

    // time client_ip client_port listener_port …, and the trace's id at 12 in the first layout already.
    private static bool IsConnection(in LogLineFields fields) =>
        fields.Count >= 12 && IsNumber(fields.Raw(3)) && IsNumber(fields.Raw(4)) && fields.Raw(8) is [(byte)'"', ..];

    // time elb client:port backend:port 3 times 2 codes 2 sizes "request" …; of a TCP listener all of them but the codes.
    private static bool IsClassic(in LogLineFields fields) =>
        fields.Count >= 11 && fields.Raw(3).Contains((byte)':') && LogNumbers.TryMilliseconds(fields.Raw(5), out _)
        && LogNumbers.TryMilliseconds(fields.Raw(6), out _) && LogNumbers.TryMilliseconds(fields.Raw(7), out _);

    private bool IsHealthCheck(in LogLineFields fields) =>
        fields.Count >= 8 && _completion.TryRead(fields.Raw(2), out _) && LogNumbers.TryNanoseconds(fields.Raw(3), out _)
        && (fields.Raw(6).SequenceEqual("PASS"u8) || fields.Raw(6).SequenceEqual("FAIL"u8));

    private static bool IsNumber(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
