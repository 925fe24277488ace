using Weir.Http.Http2;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Says in words, for whoever is on call, what happened and which setting changes it. Everything said follows from the
/// facts of the record; where they leave two causes, both are named.
/// </summary>
internal static class Verdict
{
    public static void Write(in ExplainRecord record, VerdictText text)
    {
        text.Clear();
        switch (record.Kind)
        {
            case ExplainKind.Retried:
                ClosedVerdict.WriteRetried(record, text);
                break;
            case ExplainKind.NearMiss:
                ClosedVerdict.WriteNearMiss(record, text);
                break;
            default:
                WriteFailure(record, text);
                break;
        }
    }

    /// <summary>The method, where it is one that may stand in a sentence.</summary>
    public static ReadOnlySpan<byte> NameOf(in ExplainRecord record)
    {
        ReadOnlySpan<byte> method = record.Method;
        return method.IsEmpty || method.Length > ExplainLimits.SpokenMethodBytes || method.ContainsAnyExceptInRange((byte)'A', (byte)'Z')
            ? "request"u8
            : method;
    }

    /// <summary>What the target did, as a verb with its evidence.</summary>
    public static string Closed(ConnectionEnd end) => end switch
    {
        ConnectionEnd.Fin => "closed (FIN)",
        ConnectionEnd.FinThenRst => "closed (FIN, then RST)",
        ConnectionEnd.Rst or ConnectionEnd.RstAfterData => "reset (RST)",
        ConnectionEnd.CloseNotify => "closed (TLS close_notify)",
        ConnectionEnd.TlsFailed => "broke off (TLS error)",
        ConnectionEnd.Timeout => "no longer answers on",
        _ => "ended",
    };

    /// <summary>A code as RFC 9113 §7 names it.</summary>
    public static string NameOf(Http2ErrorCode code) => code switch
    {
        Http2ErrorCode.NoError => "NO_ERROR",
        Http2ErrorCode.ProtocolError => "PROTOCOL_ERROR",
        Http2ErrorCode.InternalError => "INTERNAL_ERROR",
        Http2ErrorCode.FlowControlError => "FLOW_CONTROL_ERROR",
        Http2ErrorCode.SettingsTimeout => "SETTINGS_TIMEOUT",
        Http2ErrorCode.StreamClosed => "STREAM_CLOSED",
        Http2ErrorCode.FrameSizeError => "FRAME_SIZE_ERROR",
        Http2ErrorCode.RefusedStream => "REFUSED_STREAM",
        Http2ErrorCode.Cancel => "CANCEL",
        Http2ErrorCode.CompressionError => "COMPRESSION_ERROR",
        Http2ErrorCode.ConnectError => "CONNECT_ERROR",
        Http2ErrorCode.EnhanceYourCalm => "ENHANCE_YOUR_CALM",
        Http2ErrorCode.InadequateSecurity => "INADEQUATE_SECURITY",
        Http2ErrorCode.Http11Required => "HTTP_1_1_REQUIRED",
        _ => "with a code that has no name",
    };

    private static void WriteFailure(in ExplainRecord record, VerdictText text)
    {
        switch (FailureTable.Of(record.Facts.Reason).Side)
        {
            case FailureSide.Client:
                ClientVerdict.Write(record, text);
                break;
            case FailureSide.Target:
                TargetVerdict.Write(record, text);
                break;
            default:
                WriteOwn(record, text);
                break;
        }

        if (record.Attempts.Length > 1 && record.Attempts[0].Facts is { Reason: FailureReason.TargetClosed, BytesWritten: > 0 }
            && record.Attempts[1].IsConnected)
        {
            text.Say($"It was the second attempt: on the first, an idle connection, the target had closed without a byte of an answer.");
        }
    }

    private static void WriteOwn(in ExplainRecord record, VerdictText text)
    {
        switch (record.Facts.Reason)
        {
            case FailureReason.NoLocalResources:
                text.Say($"This machine had no file descriptor, local port or memory left for a connection to {record.Target}.");
                text.Say($"Raise the limit of open files (ulimit -n, or LimitNOFILE= of the service) or the range of local ports (net.ipv4.ip_local_port_range).");
                break;
            case FailureReason.Stopping:
                text.Say($"This balancer was stopping, and the exchange had not ended when the time for that was over.");
                text.Say($"If such requests need longer, raise --drain-timeout, and the patience of whatever stops the process.");
                break;
            default:
                text.Say($"This is a bug of Weir: standard error has the details under this time. The target is not the cause.");
                break;
        }
    }
}
