using System.Buffers;
using System.Text.Json;
using Weir.Diagnosis.Causes;

namespace Weir.Diagnosing;

/// <summary>The file of `--each`: a JSON object a line for every error that the balancer made, as docs/diagnose-each.schema.json has it.</summary>
internal sealed class EachLineWriter(Stream output) : IDisposable
{
    private const int FlushBytes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(FlushBytes * 2);
    private Utf8JsonWriter? _json;

    public void Write(DateTimeOffset time, string? traceId, int elbStatusCode, Cause cause, double confidence)
    {
        Utf8JsonWriter json = _json ??= new Utf8JsonWriter(_buffer, JsonText.OneLine);
        json.WriteStartObject();
        json.WriteString("time", JsonReport.Time(time));
        json.WriteString("trace_id", traceId);
        json.WriteNumber("elb_status_code", elbStatusCode);
        json.WriteString("cause", CauseWording.NameOf(cause));
        json.WriteFinite("confidence", confidence);
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= FlushBytes)
        {
            Flush();
        }
    }

    public void Flush()
    {
        output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
        output.Flush();
    }

    public void Dispose()
    {
        Flush();
        _json?.Dispose();
        output.Dispose();
    }
}
