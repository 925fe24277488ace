using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Weir.AccessLogs;
using Weir.Http.Http2;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Renders records as lines of JSON. Owned by one loop's explain log and used on its thread only; once warm it never
/// allocates, and whatever a peer sent comes out as exactly one valid line. Its form is docs/explain-log.md.
/// </summary>
internal sealed class ExplainLineWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _line = new(16 * 1024);
    private readonly AccessLogTimestamp _time = new();
    private readonly VerdictText _verdict = new();
    private readonly byte[] _text = new byte[ExplainLimits.UrlBytes];
    private readonly Utf8JsonWriter _json;

    public ExplainLineWriter() => _json = new Utf8JsonWriter(_line, new JsonWriterOptions
    {
        SkipValidation = true,
        // What goes through it is printable ASCII, and no web page: only what JSON itself demands is escaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The line of a record with its newline; valid until the next call.</summary>
    public ReadOnlySpan<byte> Write(in ExplainRecord record)
    {
        Verdict.Write(record, _verdict);
        _line.ResetWrittenCount();
        _json.Reset(_line);
        _json.WriteStartObject();
        WriteWho(record);
        WriteOutcome(record);
        WriteFacts(record.Facts, record.IsConnected);
        WriteLearned(record.Learned);
        WriteAttempts(record.Attempts);
        WriteMs("elapsed_ms"u8, record.ElapsedMicros);
        WriteMs("since_dispatch_ms"u8, record.SinceDispatchMicros);
        WriteMs("closed_after_ms"u8, record.ClosedAfterMicros);
        _json.WriteString("verdict"u8, _verdict.Written);
        _json.WriteEndObject();
        _json.Flush();
        _line.GetSpan(1)[0] = (byte)'\n';
        _line.Advance(1);
        return _line.WrittenSpan;
    }

    public void Dispose() => _json.Dispose();

    private void WriteWho(in ExplainRecord record)
    {
        _json.WriteNumber("schema"u8, ExplainLimits.SchemaVersion);
        _json.WriteString("time"u8, _time.Render(record.TimeUnixMicros));
        _json.WriteString("kind"u8, NameOf(record.Kind));
        WriteText("trace_id"u8, record.TraceId, ExplainLimits.TraceIdBytes);
        WriteText("connection_trace_id"u8, record.ConnectionTraceId);
        WriteText("load_balancer"u8, record.LoadBalancer);
        _json.WriteString("listener_arn"u8, record.ListenerArn);
        WriteText("target_group_arn"u8, record.TargetGroupArn);
        WriteText("target"u8, record.Target);
        WriteText("client"u8, record.Client);
        WriteText("method"u8, record.Method);
        WriteUrl(record);
    }

    private void WriteOutcome(in ExplainRecord record)
    {
        WriteNumber("status_code"u8, record.StatusCode == 0 ? -1 : record.StatusCode);
        if (record.Facts.Reason == FailureReason.None)
        {
            _json.WriteNull("reason"u8);
            _json.WriteNull("side"u8);
            return;
        }

        FailureRow row = FailureTable.Of(record.Facts.Reason);
        _json.WriteString("reason"u8, row.Name);
        _json.WriteString("side"u8, row.Side switch
        {
            FailureSide.Client => "client"u8,
            FailureSide.Target => "target"u8,
            _ => "weir"u8,
        });
    }

    private void WriteFacts(in Failure facts, bool isConnected)
    {
        WriteFlag("reused"u8, isConnected ? facts.Reused : null);
        WriteNumber("earlier_requests"u8, isConnected ? facts.EarlierRequests : -1);
        WriteNumber("idle_ms"u8, isConnected ? facts.IdleMs : -1);
        WriteFlag("tls_resumed"u8, isConnected ? facts.TlsResumed : null);
        WriteText("end"u8, isConnected ? NameOf(facts.End) : default);
        WriteNumber("request_bytes_written"u8, isConnected ? facts.BytesWritten : -1);
        WriteNumber("request_bytes_acknowledged"u8, isConnected ? facts.BytesAcknowledged : -1);
        WriteNumber("response_bytes"u8, isConnected ? facts.ResponseBytes : -1);
        WriteNumber("advertised_keep_alive_s"u8, isConnected ? facts.AdvertisedKeepAliveSeconds : -1);
        WriteText("protocol_fault"u8, isConnected && facts.Fault != Http2Fault.None ? Http2FaultNames.Of(facts.Fault) : default);
        WriteText("response_fault"u8, isConnected && facts.ResponseFault != ResponseFault.None ? ResponseFaults.NameOf(facts.ResponseFault) : default);
        bool isReset = facts.Reason is FailureReason.TargetResetStream or FailureReason.TargetResetStreamInResponse;
        WriteCode("reset_code"u8, facts.ResetCode, isConnected && (isReset || facts.ResetCode != Http2ErrorCode.NoError));
        WriteCode("goaway_code"u8, facts.GoAwayCode, isConnected && facts.GoAwayCode != Http2ErrorCode.NoError);
        WriteTooLarge(facts, isConnected && facts.FieldBytes > 0);
    }

    private void WriteTooLarge(in Failure facts, bool isTooLarge)
    {
        WriteNumber("field_bytes"u8, isTooLarge ? facts.FieldBytes : -1);
        WriteNumber("field_limit_bytes"u8, isTooLarge ? facts.FieldLimitBytes : -1);
        WriteText("field_limit_side"u8, !isTooLarge ? default : facts.IsLimitOfTarget ? "target"u8 : "weir"u8);
    }

    private void WriteLearned(in LearnedCloseTime learned)
    {
        if (learned == LearnedCloseTime.Nothing)
        {
            _json.WriteNull("learned"u8);
            return;
        }

        _json.WriteStartObject("learned"u8);
        WriteNumber("hint_ms"u8, learned.HintMs);
        WriteNumber("closes_ms"u8, learned.SeenMs);
        WriteNumber("limit_ms"u8, learned.LimitMs);
        _json.WriteEndObject();
    }

    private void WriteAttempts(ReadOnlySpan<Attempt> attempts)
    {
        _json.WriteStartArray("attempts"u8);
        foreach (ref readonly Attempt attempt in attempts)
        {
            _json.WriteStartObject();
            FailureReason reason = attempt.Facts.Reason;
            WriteText("target"u8, attempt.Target);
            _json.WriteString("outcome"u8, reason == FailureReason.None ? "answered" : FailureTable.Of(reason).Name);
            WriteFacts(attempt.Facts, attempt.IsConnected);
            WriteMs("elapsed_ms"u8, attempt.ElapsedMicros);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    // As the access log has it, so that the two can be compared.
    private void WriteUrl(in ExplainRecord record)
    {
        if (record.Method.IsEmpty)
        {
            _json.WriteNull("url"u8);
            return;
        }

        ReadOnlySpan<byte> scheme = record.IsHttps ? "https://"u8 : "http://"u8;
        scheme.CopyTo(_text);
        int length = scheme.Length;
        length += AccessLogEscaping.Write(record.Host, quoted: true, _text.AsSpan(length), out bool complete);
        if (complete && _text.Length - length > 6)
        {
            _text[length++] = (byte)':';
            record.Port.TryFormat(_text.AsSpan(length), out int digits, default, System.Globalization.CultureInfo.InvariantCulture);
            length += digits;
            length += AccessLogEscaping.Write(record.Uri, quoted: true, _text.AsSpan(length), out _);
        }

        _json.WriteString("url"u8, _text.AsSpan(0, length));
    }

    private void WriteText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int limitBytes = ExplainLimits.TextBytes)
    {
        if (value.IsEmpty)
        {
            _json.WriteNull(name);
            return;
        }

        // Any byte may stand in what a peer sent; escaped as in the access log it is ASCII, and so valid UTF-8.
        int length = AccessLogEscaping.Write(value, quoted: true, _text.AsSpan(0, limitBytes), out _);
        _json.WriteString(name, _text.AsSpan(0, length));
    }

    // By its name; a number where it has none, which a peer may send. Source: RFC 9113 §7.
    private void WriteCode(ReadOnlySpan<byte> name, Http2ErrorCode code, bool isKnown)
    {
        if (!isKnown)
        {
            _json.WriteNull(name);
        }
        else if (code <= Http2ErrorCode.Http11Required)
        {
            _json.WriteString(name, Verdict.NameOf(code));
        }
        else
        {
            "0x"u8.CopyTo(_text);
            ((uint)code).TryFormat(_text.AsSpan(2), out int digits, "x", System.Globalization.CultureInfo.InvariantCulture);
            _json.WriteString(name, _text.AsSpan(0, 2 + digits));
        }
    }

    private void WriteFlag(ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } known)
        {
            _json.WriteBoolean(name, known);
        }
        else
        {
            _json.WriteNull(name);
        }
    }

    private void WriteNumber(ReadOnlySpan<byte> name, long value)
    {
        if (value < 0)
        {
            _json.WriteNull(name);
        }
        else
        {
            _json.WriteNumber(name, value);
        }
    }

    private void WriteMs(ReadOnlySpan<byte> name, long micros)
    {
        if (micros < 0)
        {
            _json.WriteNull(name);
        }
        else
        {
            _json.WriteNumber(name, micros / 1000m);
        }
    }

    private static ReadOnlySpan<byte> NameOf(ExplainKind kind) => kind switch
    {
        ExplainKind.Failure => "failure"u8,
        ExplainKind.Retried => "retried"u8,
        _ => "near_miss"u8,
    };

    private static ReadOnlySpan<byte> NameOf(ConnectionEnd end) => end switch
    {
        ConnectionEnd.Fin => "fin"u8,
        ConnectionEnd.Rst => "rst"u8,
        ConnectionEnd.FinThenRst => "fin_then_rst"u8,
        ConnectionEnd.RstAfterData => "rst_after_data"u8,
        ConnectionEnd.ClosedByUs => "closed_by_us"u8,
        ConnectionEnd.Timeout => "timeout"u8,
        ConnectionEnd.CloseNotify => "close_notify"u8,
        ConnectionEnd.TlsFailed => "tls_failed"u8,
        _ => default,
    };
}
