using System.Text.Json;
using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>Targets that break the protocol, or cost more than one target may: it ends their connection, and nothing else.</summary>
public sealed class Http2TargetAbuseTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    public static TheoryData<string> Floods => ["ping", "settings", "window_update", "empty_data", "priority", "unknown", "continuation"];

    [Theory]
    [MemberData(nameof(Floods))]
    public void Flood_EndsTheConnection_AndItsRequestsAre502(string kind)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        byte[] frame = kind switch
        {
            "ping" => Http2Peer.Framed(FrameType.Ping, 0, 0, "12345678"u8),
            "settings" => Http2Peer.Framed(FrameType.Settings, 0, 0, []),
            "window_update" => Http2Peer.Framed(FrameType.WindowUpdate, 0, 0, [0, 0, 0, 1]),
            "empty_data" => Http2Peer.Framed(FrameType.Data, 0, at, []),
            "priority" => Http2Peer.Framed(FrameType.Priority, 0, at, [0, 0, 0, 0, 1]),
            "continuation" => Http2Peer.Framed(FrameType.Continuation, 0, at, [0x82]),
            _ => Http2Peer.Framed((FrameType)0x55, 0, 0, []),
        };
        if (kind is "empty_data" or "continuation")
        {
            target.Headers(at, target.Block(":status: 103\n"), ends: false);
            target.Bytes.Send(Http2Peer.Framed(FrameType.Headers, (byte)(kind == "continuation" ? 0 : 4), at, target.Block(":status: 200\n")));
        }

        target.Bytes.Send([.. Enumerable.Repeat(frame, 1_500).SelectMany(static bytes => bytes)]);
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, target.ReadGoAway().Code);
        Http2Answer answer = client.Read(id);
        Assert.True(answer.Reset is not null || answer.Status == "502", "cut, or answered with the page");
        Assert.Equal(1, Enum.GetValues<Http2Fault>().Sum(fault => world.Counters.OfTargets(fault)));
        Assert.Equal(0, Enum.GetValues<Http2Fault>().Sum(fault => world.Counters[fault]));
        int next = client.Get();
        world.Target.AcceptHttp2().Answer();
        Assert.Equal("200", client.Read(next).Status);
    }

    [Theory]
    [InlineData(FrameType.PushPromise, 4, 1, Http2ErrorCode.ProtocolError)]
    [InlineData(FrameType.Data, 0, 0, Http2ErrorCode.ProtocolError)]
    [InlineData(FrameType.Data, 0, 99, Http2ErrorCode.ProtocolError)]
    [InlineData(FrameType.Headers, 5, 2, Http2ErrorCode.ProtocolError)]
    [InlineData(FrameType.Ping, 0, 0, Http2ErrorCode.FrameSizeError)]
    [InlineData(FrameType.Headers, 5, 1, Http2ErrorCode.CompressionError)]
    public void Frame_ThatIsAgainstTheProtocol_EndsTheConnectionWithItsCode(FrameType type, byte flags, int id, Http2ErrorCode code)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int request = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        target.NextRequest();
        target.Frame(type, flags, id, [0xff, 0xff, 0xff]);
        Assert.Equal(code, target.ReadGoAway().Code);
        Assert.Equal("502", client.Read(request).Status);
        Assert.Equal(1, world.Counters[FailureReason.TargetConnectionFault]);
    }

    // Whose stream it was on, the others are told as well what ended them.
    [Fact]
    public void Fault_OnOneStream_IsNamedToAllOnItsConnection()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int[] ids = [client.Get("/guilty"), client.Get("/other"), client.Get("/begun")];
        Http2Peer target = world.Target.AcceptHttp2();
        int guilty = target.NextRequest();
        target.NextRequest();
        target.Headers(target.NextRequest(), target.Block(":status: 200\n"), ends: false);
        client.Until(() => client.At(ids[2]).Blocks.Count == 1, "the third one's head");
        target.Frame(FrameType.Headers, 5, guilty, [0xff, 0xff, 0xff]);
        Assert.Equal(["502", "502"], ids[..2].Select(id => client.Read(id).Status));
        Assert.Equal(Http2ErrorCode.InternalError, client.Read(ids[2]).Reset);
        Assert.Equal(0, world.Counters[FailureReason.MalformedResponse] + world.Counters[FailureReason.MalformedResponseBody]);
        Dictionary<string, JsonElement> records = world.Explained().ToDictionary(static record => record.GetProperty("url").GetString()![^6..]);
        Assert.All(records.Values, static record => Assert.Equal("field_block_invalid", record.GetProperty("protocol_fault").GetString()));
        Assert.Equal("target_connection_fault", records["guilty"].GetProperty("reason").GetString());
        Assert.Equal("target_connection_fault_in_response", records["/begun"].GetProperty("reason").GetString());
        Assert.Contains("(field_block_invalid, COMPRESSION_ERROR), in what it sent for this one", Verdict(records["guilty"]), StringComparison.Ordinal);
        Assert.Contains("(field_block_invalid, COMPRESSION_ERROR), in what it sent for another request", Verdict(records["/other"]), StringComparison.Ordinal);
        Assert.Contains("the client got it cut short", Verdict(records["/begun"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Target_ThatSpeaksHttp1_Is502()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        world.Target.Accept().Send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal("502", client.Read(id).Status);
        Assert.Equal(1, world.Counters[FailureReason.TargetConnectionFault]);
        Assert.Equal(1, world.Counters.OfTargets(Http2Fault.Http1Answer));
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal("target_connection_fault", record.GetProperty("reason").GetString());
        Assert.Equal("http1_answer", record.GetProperty("protocol_fault").GetString());
        Assert.Contains("answered in HTTP/1.1 where HTTP/2 was expected", Verdict(record), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":status: 99\n", "invalid_status", "not three digits")]
    [InlineData("x-a: 1\n", "missing_status", "it has no :status (RFC 9113 8.3.2).")]
    [InlineData(":status: 200\nX-Upper: 1\n", "field_name_not_lower_case", "capital letters")]
    [InlineData(":status: 200\nconnection: close\n", "connection_specific_field", "(RFC 9113 8.2.2)")]
    [InlineData(":status: 101\n", "switching_protocols", "which HTTP/2 has not")]
    public void Head_ThatIsNone_Is502_AndTheOtherStreamsGoOn(string fields, string fault, string words)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int bad = client.Get();
        int good = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        // As it stands, in upper case too.
        byte[] block = [.. fields.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(Literal)];
        target.Headers(at, block, ends: false);
        target.Until(() => target.At(at).Reset == Http2ErrorCode.ProtocolError, "the reset of the stream");
        target.Answer();
        Assert.Equal("502", client.Read(bad).Status);
        Assert.Equal("200", client.Read(good).Status);
        Assert.Equal(1, world.Counters[FailureReason.MalformedResponse]);
        Assert.Equal(1, world.Target.Accepted);
        AssertFault(world, fault, words);
    }

    [Fact]
    public void Body_OfAnotherLengthThanPromised_CutsTheClientsStream()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Headers(at, target.Block(":status: 200\ncontent-length: 3\n"), ends: false);
        client.Until(() => client.At(id).Blocks.Count == 1, "the head");
        target.Data(at, "four");
        Assert.NotNull(client.Read(id).Reset);
        target.Until(() => target.At(at).Reset == Http2ErrorCode.ProtocolError, "the reset of the stream");
        Assert.Equal(1, world.Counters[FailureReason.MalformedResponseBody]);
        AssertFault(world, "content_length_differs", "shorter or longer than its content-length (RFC 9113 8.1.1).");
    }

    [Theory]
    [InlineData(":status: 200\n", "pseudo_header_in_trailers")]
    [InlineData("x-long: 9000\n", "trailers_too_large")]
    public void Trailers_ThatAreNone_CutTheClientsStream(string fields, string fault)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Headers(at, target.Block(":status: 200\n"), ends: false);
        client.Until(() => client.At(id).Blocks.Count == 1, "the head");
        target.Headers(at, target.Block(fields.Replace("9000", new string('9', 9_000), StringComparison.Ordinal)), ends: true);
        Assert.NotNull(client.Read(id).Reset);
        Assert.Equal(1, world.Counters[FailureReason.MalformedResponseBody]);
        AssertFault(world, fault, "trailers");
    }

    // Of this stream alone. Source: RFC 9113 §6.9
    [Fact]
    public void Window_GrownByNothing_Is502AndNamedWithItsCode()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Frame(FrameType.WindowUpdate, 0, at, [0, 0, 0, 0]);
        Assert.Equal("502", client.Read(id).Status);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("response_fault").ValueKind);
        Assert.Contains("on the stream of this request alone (zero_increment, PROTOCOL_ERROR)", Verdict(record), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30_000, "200")]
    [InlineData(33_000, "502")]
    public void Head_OverTheLimitOfAll_Is502_AndOneLongFieldIsWell(int bytes, string status)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        target.Answer($":status: 200\nx-long: {new string('~', bytes)}\n");
        Assert.Equal(status, client.Read(id).Status);
        Assert.Equal(status == "502" ? 1 : 0, world.Counters[FailureReason.ResponseHeadersTooLarge]);
        int next = client.Get();
        target.Answer();
        Assert.Equal("200", client.Read(next).Status);
    }

    // One field in the table, named again and again by a byte each: 4,000 bytes a time.
    [Fact]
    public void Head_ThatGrowsOutOfTheTable_HoldsNoMoreThanTheLimit()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        byte[] field = [0x40, 1, (byte)'x', 0x7f, 0xa1, 0x1e, .. Enumerable.Repeat((byte)'a', 4_000)];
        target.Headers(at, [0x88, .. field, .. Enumerable.Repeat((byte)0xbe, 10_000)], ends: true);
        Assert.Equal("502", client.Read(id).Status);
        Assert.Equal(1, world.Counters[FailureReason.ResponseHeadersTooLarge]);
    }

    [Fact]
    public void Data_BeyondTheStreamsWindow_ResetsTheStream()
    {
        using BalancerWorld world = Http2World.Make(certificates);
        var client = new Http2Peer(world) { GivesWindow = false };
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Headers(at, target.Block(":status: 200\n"), ends: false);
        for (int i = 0; i < 20 && target.At(at).Reset is null; i++)
        {
            target.Data(at, new string('x', 16_000));
            world.RunMs(5);
        }

        Assert.Equal(Http2ErrorCode.FlowControlError, target.At(at).Reset);
        client.WindowUpdate(0, 1_000_000);
        client.WindowUpdate(id, 1_000_000);
        Assert.NotNull(client.Read(id).Reset);
        Assert.False(target.Bytes.Ended);
    }

    [Fact]
    public void Interim_ThatNeverEnd_Are502()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        for (int i = 0; i < 40; i++)
        {
            target.Headers(at, target.Block(":status: 103\n"), ends: false);
        }

        Assert.Equal("502", client.Read(id).Status);
    }

    private static void AssertFault(BalancerWorld world, string fault, string words)
    {
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal(("malformed_message", fault), (record.GetProperty("protocol_fault").GetString(), record.GetProperty("response_fault").GetString()));
        Assert.Contains(words, Verdict(record), StringComparison.Ordinal);
        Assert.DoesNotContain("expects TLS", Verdict(record), StringComparison.Ordinal);
    }

    private static string Verdict(JsonElement record) => record.GetProperty("verdict").GetString()!;

    // A literal without indexing, with its name as it is.
    private static byte[] Literal(string line)
    {
        int colon = line.IndexOf(": ", 1, StringComparison.Ordinal);
        byte[] name = System.Text.Encoding.Latin1.GetBytes(line[..colon]);
        byte[] value = System.Text.Encoding.Latin1.GetBytes(line[(colon + 2)..]);
        return [0, (byte)name.Length, .. name, (byte)value.Length, .. value];
    }
}
