using System.Globalization;
using System.Net;
using System.Text;

namespace Weir.AccessLogs.Tests.Delivery;

/// <summary>A clock, a folder, a source, and records that can be told apart by the number in their URI.</summary>
public abstract class DeliveryTest : IDisposable
{
    internal static readonly AccessLogSource Source = new()
    {
        AccountId = "123456789012",
        Region = "us-east-2",
        LoadBalancerName = "my-loadbalancer",
        LoadBalancerId = "1234567890abcdef",
        NodeAddress = IPAddress.Parse("172.160.1.192"),
    };

    internal ManualTime Time { get; } = new(new DateTimeOffset(2022, 2, 15, 23, 37, 0, TimeSpan.Zero));

    internal TemporaryFolder Folder { get; } = new();

    internal List<string> Reports { get; } = [];

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal AccessLogWriter CreateWriter(string destination, int chunks = AccessLogLimits.DefaultChunks) =>
        AccessLogWriter.Create(destination, Options(chunks));

    internal AccessLogWriterOptions Options(int chunks = AccessLogLimits.DefaultChunks) =>
        new() { Time = Time, Chunks = chunks, Report = Reports.Add };

    internal bool Append(AccessLogBuffer buffer, int number) => Append(buffer, number, Time.UnixMicroseconds);

    internal static bool Append(AccessLogBuffer buffer, int number, long timeUnixMicroseconds)
    {
        Span<byte> uri = stackalloc byte[16];
        uri[0] = (byte)'/';
        number.TryFormat(uri[1..], out int digits, default, CultureInfo.InvariantCulture);
        return buffer.Append(Records.Forwarded with
        {
            TimeUnixMicroseconds = timeUnixMicroseconds,
            RequestUri = uri[..(digits + 1)],
        });
    }

    internal static void AppendMany(AccessLogBuffer buffer, int first, int count)
    {
        for (int number = first; number < first + count; number++)
            Append(buffer, number, Records.TimeUnixMicroseconds);
    }

    /// <summary>The numbers of the lines, each of which must be whole.</summary>
    internal static List<int> Numbers(byte[] text)
    {
        var numbers = new List<int>();
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            if (end < 0)
                Assert.Fail("the text ends in part of a line: " + Encoding.Latin1.GetString(rest));
            var fields = Lines.LineFields.Parse(rest[..(end + 1)]);
            Assert.Equal(36, fields.Count);
            string uri = fields[12].Split(":80/")[1];
            numbers.Add(int.Parse(uri.Split(' ')[0], CultureInfo.InvariantCulture));
            rest = rest[(end + 1)..];
        }

        return numbers;
    }

    internal static List<int> NumbersIn(string path) => Numbers(File.ReadAllBytes(path));
}
