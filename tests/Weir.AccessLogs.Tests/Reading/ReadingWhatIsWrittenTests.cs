using CsCheck;
using Weir.AccessLogs.Reading;

namespace Weir.AccessLogs.Tests.Reading;

/// <summary>Whatever a peer sends, the line that the balancer writes of it is read as it was meant.</summary>
public class ReadingWhatIsWrittenTests
{
    private static readonly Gen<byte[]> _text = Gen.Byte.Array[0, 90];

    [Fact]
    public void Parse_AnyWrittenLine_GivesTheRecordBack() =>
        Gen.Select(_text, _text, _text, Gen.Long[-5_000_000, 100_000_000], Gen.Long[0, 4_000_000_000_000_000]).Sample(
            (uri, userAgent, traceId, elapsedMicroseconds, time) =>
            {
                var record = Records.Forwarded with
                {
                    RequestUri = uri,
                    UserAgent = userAgent,
                    TraceId = traceId,
                    TimeUnixMicroseconds = time,
                    TargetProcessingMicroseconds = elapsedMicroseconds,
                    SentBytes = Math.Abs(elapsedMicroseconds),
                };
                byte[] line = new byte[AccessLogLimits.LineBytes];
                Assert.True(new AccessLogLineWriter().Write(record, line, out int written));
                var read = new AccessLogFields();
                var kind = new LogLineParser().Parse(line.AsSpan(0, written - 1), ref read);

                Assert.Equal(LogLineKind.Access, kind);
                Assert.Equal(36, read.Fields.Count);
                Assert.Equal(time, read.CompletedMicroseconds);
                Assert.Equal(record.RequestCreationUnixMilliseconds * 1000, read.CreatedMicroseconds);
                Assert.Equal(elapsedMicroseconds < 0 ? -1 : elapsedMicroseconds / 1000, read.TargetMilliseconds);
                Assert.Equal(Math.Abs(elapsedMicroseconds), read.SentBytes);
                Assert.Equal((record.ElbStatusCode, record.TargetStatusCode), (read.ElbStatus, read.TargetStatus));
                Assert.True(read.Target.SequenceEqual(record.Target));
                Assert.True(read.TargetGroup.SequenceEqual(record.TargetGroupArn));
                Assert.True(read.NodeAddress.SequenceEqual(record.IpAddress));
                Assert.Equal("GET", System.Text.Encoding.UTF8.GetString(read.Request.Method));
            });
}
