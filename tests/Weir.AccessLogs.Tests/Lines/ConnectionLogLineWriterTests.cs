using System.Text;
using Weir.AccessLogs.Reading;

namespace Weir.AccessLogs.Tests.Lines;

/// <summary>Lines byte for byte, and what reads other programs' connection logs reads them as they were meant.</summary>
public class ConnectionLogLineWriterTests
{
    private readonly ConnectionLogLineWriter _writer = new();

    private static ConnectionLogRecord Observed => new()
    {
        TimeUnixMicroseconds = 1_790_147_487_691_358,
        ClientAddress = "49.36.71.40"u8,
        ClientPort = "64326"u8,
        ListenerPort = 443,
        TlsProtocol = "TLSv1.2"u8,
        TlsCipher = "ECDHE-ECDSA-AES128-GCM-SHA256"u8,
        TlsHandshakeMicroseconds = 337_999,
        TlsVerifyStatus = "Success"u8,
        ConnectionTraceId = "TID_0123456789abcdef0123456789abcdef"u8,
        TlsKeyExchange = "secp256r1"u8,
        LoadBalancer = "app/name/id"u8,
        IpAddress = "3.228.177.57"u8,
    };

    [Fact]
    public void Write_ConnectionOverTls_IsTheObservedLine() => Assert.Equal(
        "2026-09-23T07:11:27.691358Z 49.36.71.40 64326 443 TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256 0.337 \"-\" - - Success "
            + "TID_0123456789abcdef0123456789abcdef secp256r1 app/name/id 3.228.177.57\n",
        Line(Observed));

    [Fact]
    public void Write_PlainConnection_IsTheObservedLine() => Assert.Equal(
        "2026-09-23T07:11:27.691358Z 2001:db8::1 61814 80 - - - \"-\" - - - TID_0123456789abcdef0123456789abcdef - app/name/id 10.0.0.9\n",
        Line(new ConnectionLogRecord
        {
            TimeUnixMicroseconds = 1_790_147_487_691_358,
            ClientAddress = "2001:db8::1"u8,
            ClientPort = "61814"u8,
            ListenerPort = 80,
            ConnectionTraceId = "TID_0123456789abcdef0123456789abcdef"u8,
            LoadBalancer = "app/name/id"u8,
            IpAddress = "10.0.0.9"u8,
        }));

    [Fact]
    public void Write_RefusedCertificate_HasItsFieldsAndNoHandshakeTime()
    {
        string line = Line(Observed with
        {
            TlsHandshakeMicroseconds = null,
            LeafClientCertSubject = "CN=a \"b\",O=c"u8,
            LeafClientCertValidity = "NotBefore=2023-09-21T01:50:17Z;NotAfter=2024-09-20T01:50:17Z"u8,
            LeafClientCertSerialNumber = "03A5B1"u8,
            TlsVerifyStatus = "Failed:ClientCertExpired"u8,
        });
        Assert.Contains(
            " - \"CN=a \\x22b\\x22,O=c\" NotBefore=2023-09-21T01:50:17Z;NotAfter=2024-09-20T01:50:17Z 03A5B1 Failed:ClientCertExpired TID_",
            line,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SubjectAsLongAsARecordAllows_IsStillOneLineWithAllFields()
    {
        string line = Line(Observed with { LeafClientCertSubject = Encoding.ASCII.GetBytes(new string('"', AccessLogLimits.LineBytes)) });
        Assert.True(line.Length < AccessLogLimits.LineBytes);
        var read = new AccessLogFields();
        Assert.Equal(LogLineKind.Connection, new LogLineParser().Parse(Encoding.Latin1.GetBytes(line[..^1]), ref read));
        Assert.Equal(15, read.Fields.Count);
    }

    [Fact]
    public void Write_DestinationTooSmall_WritesNothing()
    {
        Assert.False(_writer.Write(Observed, new byte[100], out int written));
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData("Success", 337)]
    [InlineData("Failed:ClientCertCrlHit", null)]
    public void ReadConnection_OurOwnLine_GivesTheRecordBack(string status, int? handshakeMs)
    {
        string line = Line(Observed with
        {
            TlsVerifyStatus = Encoding.ASCII.GetBytes(status),
            TlsHandshakeMicroseconds = handshakeMs * 1000,
            LeafClientCertSubject = "CN=any one,O=a\\b"u8,
        });
        var parser = new LogLineParser();
        var read = new AccessLogFields();
        Assert.Equal(LogLineKind.Connection, parser.Parse(Encoding.Latin1.GetBytes(line[..^1]), ref read));
        ConnectionLogFields connection = parser.ReadConnection(read);
        Assert.Equal(Observed.TimeUnixMicroseconds, connection.TimeMicroseconds);
        Assert.Equal((443, handshakeMs ?? -1), (connection.ListenerPort, connection.HandshakeMilliseconds));
        Assert.Equal("49.36.71.40"u8, connection.ClientAddress);
        Assert.Equal("TLSv1.2"u8, connection.TlsProtocol);
        Assert.Equal(status, Encoding.ASCII.GetString(connection.VerifyStatus));
        Assert.Equal(Observed.ConnectionTraceId, connection.TraceId);
        Assert.Equal("3.228.177.57"u8, connection.NodeAddress);
    }

    private string Line(in ConnectionLogRecord record)
    {
        byte[] line = new byte[AccessLogLimits.LineBytes];
        Assert.True(_writer.Write(record, line, out int written));
        return Encoding.Latin1.GetString(line, 0, written);
    }
}
