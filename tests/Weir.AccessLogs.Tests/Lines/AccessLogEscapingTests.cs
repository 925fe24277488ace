using CsCheck;

namespace Weir.AccessLogs.Tests.Lines;

/// <summary>Whatever a peer sends, one request is one line of 36 fields, and what was sent can be read back.</summary>
public class AccessLogEscapingTests
{
    // Half of the values full of the bytes that matter, half of any bytes.
    private static readonly Gen<byte[]> _anyBytes = Gen.OneOf(
        Gen.Byte.Array[0, 60],
        Gen.OneOf((byte)'"', (byte)'\\', (byte)'\n', (byte)'\r', (byte)' ', (byte)0, (byte)'x', (byte)'a', (byte)0x80)
            .Array[0, 60]);

    [Fact]
    public void Write_AnyBytesInEveryField_IsOneLineOf36FieldsThatReadsBack() =>
        _anyBytes.Array[22].Sample(AssertReadsBack, iter: 5_000);

    private static void AssertReadsBack(byte[][] values)
    {
        // 22 values of 60 bytes, each escaped, fit easily.
        var destination = new byte[8 * 1024];
        Assert.True(new AccessLogLineWriter().Write(RecordOf(values), destination, out int written));

        var fields = LineFields.Parse(destination.AsSpan(0, written));
        Assert.Equal(36, fields.Count);
        // The fields that hold one value each; the request (13) is built from several.
        int[] places = [3, 4, 5, 14, 15, 16, 17, 18, 19, 20, 23, 24, 25, 29, 30, 31, 32, 33, 34];
        for (int i = 0; i < places.Length; i++)
        {
            byte[] expected = values[i].Length == 0 ? "-"u8.ToArray() : values[i];
            Assert.Equal(expected, LineFields.Unescape(fields[places[i] - 1]));
        }

        if (values[19].Length > 0 && values[20].Length > 0)
        {
            byte[] request =
                [.. values[19], .. " http://"u8, .. values[20], .. ":80"u8, .. values[21], .. " HTTP/1.1"u8];
            Assert.Equal(request, LineFields.Unescape(fields[12]));
        }
    }

    private static AccessLogRecord RecordOf(byte[][] values) => new()
    {
        Type = AccessLogRequestType.Http,
        Port = 80,
        LoadBalancer = values[0],
        Client = values[1],
        Target = values[2],
        UserAgent = values[3],
        TlsCipher = values[4],
        TlsProtocol = values[5],
        TargetGroupArn = values[6],
        TraceId = values[7],
        DomainName = values[8],
        ChosenCertificateArn = values[9],
        ActionsExecuted = values[10],
        RedirectUrl = values[11],
        ErrorReason = values[12],
        ClassificationReason = values[13],
        ConnectionTraceId = values[14],
        TransformedHost = values[15],
        TransformedUri = values[16],
        RequestTransformStatus = values[17],
        IpAddress = values[18],
        Method = values[19],
        Host = values[20],
        RequestUri = values[21],
    };
}
