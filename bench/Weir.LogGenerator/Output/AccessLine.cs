using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Output;

/// <summary>Writes rows as lines of ALB's access log, in any of its layouts. Source: ALB user guide, access logs; published lines.</summary>
internal sealed class AccessLine(UniverseSettings settings)
{
    private readonly string _certificate = $"arn:aws:acm:{settings.Region}:{settings.Account}:certificate/12345678-1234-1234-1234-123456789012";

    public static DateTime TimeOf(UniverseSettings settings, LogRow row) => settings.Start.AddTicks(row.TimeTicks + row.Node.SkewTicks);

    public static string TraceOf(UniverseSettings settings, LogRow row) =>
        row.IsUnparsed ? "-" : $"Root=1-{EpochSeconds(settings, row):x8}-{row.Trace.High & 0xffffffff:x8}{row.Trace.Low:x16}";

    /// <summary>The line without its end.</summary>
    public void Write(LineWriter to, LogRow row, LogLayout layout)
    {
        int fields = (int)layout;
        ClientProtocol protocol = row.Client.Protocol;
        WriteFront(to, row, protocol);
        bool hasTls = protocol.Cipher != "-" && !row.HasNoTls && !row.IsUnparsed;
        Word(to, hasTls ? protocol.Cipher : "-");
        Word(to, hasTls ? protocol.TlsVersion : "-");
        Word(to, row.Group?.Arn ?? "-");
        if (fields >= 18) WriteTrace(to, row);
        if (fields >= 20)
        {
            Quoted(to, hasTls ? settings.Domain : "-");
            Quoted(to, !hasTls ? "-" : (row.Trace.Low & 1) == 0 ? "session-reused" : _certificate);
        }

        if (fields >= 25) WriteRule(to, row);
        if (fields >= 29) WriteLists(to, row);
        if (fields >= 30) Word(to, row.Client.TraceId);
        for (int field = 31; field <= Math.Min(fields, 33); field++) Quoted(to, "-");
        if (fields >= 34) Word(to, row.Node.Address);
        for (int field = 35; field <= fields; field++) Quoted(to, "-");
    }

    private void WriteFront(LineWriter to, LogRow row, ClientProtocol protocol)
    {
        to.Ascii(protocol.Type);
        to.Byte((byte)' ');
        to.Time(TimeOf(settings, row));
        Word(to, settings.LoadBalancer);
        Word(to, row.Client.Address);
        to.Byte((byte)':');
        to.Number(row.Client.Port);
        to.Byte((byte)' ');
        WriteTarget(to, row);
        to.Byte((byte)' ');
        to.Seconds(row.RequestTicks);
        to.Byte((byte)' ');
        to.Seconds(row.TargetTicks);
        to.Byte((byte)' ');
        to.Seconds(row.ResponseTicks);
        to.Byte((byte)' ');
        to.Digits(row.Status, 3);
        to.Byte((byte)' ');
        WriteTargetStatus(to, row);
        to.Byte((byte)' ');
        to.Number(row.ReceivedBytes);
        to.Byte((byte)' ');
        to.Number(row.SentBytes);
        to.Bytes(" \""u8);
        WriteRequest(to, row, protocol);
        to.Bytes("\" \""u8);
        to.Ascii(row.IsUnparsed ? "-" : row.Client.UserAgent);
        to.Byte((byte)'"');
    }

    private void WriteRequest(LineWriter to, LogRow row, ClientProtocol protocol)
    {
        bool isParsed = row.Url is not null;
        to.Ascii(isParsed ? row.Url!.Method : "-");
        to.Byte((byte)' ');
        to.Ascii(protocol.Scheme);
        to.Bytes("://"u8);
        to.Ascii(isParsed ? settings.Domain : settings.Host);
        to.Byte((byte)':');
        to.Number(protocol.Port);
        if (!isParsed)
        {
            // No space before the first of these. Source: ALB, observed.
            to.Bytes("- -"u8);
            return;
        }

        WriteUri(to, row);
        to.Byte((byte)' ');
        to.Ascii(protocol.HttpVersion);
    }

    public static void WriteUri(LineWriter to, LogRow row)
    {
        to.Ascii(row.Url!.Path);
        if (row.Url.Ids > 0) to.Number(row.UrlId);
    }

    // Version 1 of a trace id begins with the second in which it was made. Source: AWS X-Ray, trace ids.
    private static ulong EpochSeconds(UniverseSettings settings, LogRow row) =>
        (ulong)((settings.Start.AddTicks(row.CreationTicks + row.Node.SkewTicks) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond);

    private void WriteTrace(LineWriter to, LogRow row)
    {
        if (row.IsUnparsed)
        {
            Quoted(to, "-");
            return;
        }

        to.Bytes(" \"Root=1-"u8);
        to.Hex(EpochSeconds(settings, row), 8);
        to.Byte((byte)'-');
        to.Hex(row.Trace.High & 0xffffffff, 8);
        to.Hex(row.Trace.Low, 16);
        to.Byte((byte)'"');
    }

    private void WriteRule(LineWriter to, LogRow row)
    {
        to.Byte((byte)' ');
        if (row.IsUnparsed) to.Byte((byte)'-');
        else to.Number(row.Group?.Plan.Number ?? 0);
        to.Byte((byte)' ');
        DateTime creation = settings.Start.AddTicks(row.CreationTicks + row.Node.SkewTicks);
        // Milliseconds, padded. Source: ALB, observed.
        to.Time(creation.AddTicks(-(creation.Ticks % TimeSpan.TicksPerMillisecond)));
        Quoted(to, row.IsUnparsed ? "-" : row.Actions);
        Quoted(to, row.RedirectUrl);
        Quoted(to, row.ErrorReason);
    }

    private static void WriteLists(LineWriter to, LogRow row)
    {
        to.Bytes(" \""u8);
        WriteTarget(to, row);
        to.Bytes("\" \""u8);
        if (row.Target is null) to.Byte((byte)'-');
        else WriteTargetStatus(to, row);
        to.Byte((byte)'"');
        Quoted(to, row.Classification);
        Quoted(to, row.ClassificationReason);
    }

    private static void WriteTarget(LineWriter to, LogRow row)
    {
        if (row.Target is not { } target)
        {
            to.Byte((byte)'-');
            return;
        }

        to.Ascii(target.Address);
        to.Byte((byte)':');
        to.Number(target.Port);
    }

    private static void WriteTargetStatus(LineWriter to, LogRow row)
    {
        if (row.TargetStatus == 0) to.Byte((byte)'-');
        else to.Digits(row.TargetStatus, 3);
    }

    private static void Word(LineWriter to, string text)
    {
        to.Byte((byte)' ');
        to.Ascii(text);
    }

    private static void Quoted(LineWriter to, string text)
    {
        to.Byte((byte)' ');
        to.Quoted(text);
    }
}
