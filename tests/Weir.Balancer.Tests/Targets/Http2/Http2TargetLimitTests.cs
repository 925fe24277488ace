using System.Text.Json;
using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2.Frames;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>Requests that are too large for a target: what can be sent is, and what cannot concerns nobody else on the connection.</summary>
public sealed class Http2TargetLimitTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const string Reason = "request_too_large_for_target";

    [Fact]
    public void Request_WithTheLargestChainAndTheMostFields_ArrivesAtATargetOfHttp2AsAtOneOfHttp1()
    {
        TestAuthority root = TestAuthority.Root(certificates);
        TlsCertificate large = root.Issue((request, _) =>
        {
            request.CertificateExtensions.Add(new("1.3.6.1.4.1.99999.1", new byte[62_000], critical: false));
            return root.Sign(request);
        });
        using var world = new BalancerWorld(Passthrough());
        var tls = new TlsClient(world, TlsContext.UnverifiedClient(new TlsOptions { ApplicationProtocols = ["h2"] }, large).Context!);
        Http2Peer client = Http2Peer.OfClient(world, tls.Inside);
        Http2Peer other = new TlsHttp2Client(world).Frames;
        int under = other.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int first = target.NextRequest();
        string fields = string.Concat(Enumerable.Range(0, 5).Select(static number => $"x-{number}: {new string('1', 12_700)}\n"));
        int id = client.Get(more: fields);
        int at = target.NextRequest();
        Assert.InRange(target.At(at).Field("x-amzn-mtls-clientcert").Length, 82_000, 100_000);
        Assert.Contains(fields, target.At(at).Head, StringComparison.Ordinal);
        target.Respond(at, body: "large");
        Assert.Equal("large", client.Read(id).Body);
        target.Respond(first, body: "other");
        Assert.Equal("other", other.Read(under).Body);
        Assert.Equal(1, world.Target.Accepted);
        Assert.Empty(world.Explained());
    }

    [Theory]
    [InlineData(TargetProtocolVersion.Http2)]
    [InlineData(TargetProtocolVersion.Grpc)]
    public void Request_LargerThanTheTargetTakes_IsRefusedAlone(TargetProtocolVersion version)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client, version);
        var other = new Http2Peer(world);
        bool isGrpc = version == TargetProtocolVersion.Grpc;
        string type = isGrpc ? "content-type: application/grpc\n" : "";
        int under = other.Post(type);
        Http2Peer target = world.Target.AcceptHttp2();
        target.Setting(SettingId.MaxHeaderListSize, 1_000);
        int first = target.NextRequest();
        world.RunMs(5);
        int large = client.Post($"{type}x-large: {new string('1', 1_000)}\n");
        client.Data(large, "body", ends: true);
        Http2Answer refused = client.Read(large);
        Assert.Equal("400", refused.Status);
        Assert.True(refused.IsEnded);
        if (isGrpc)
        {
            Assert.Equal("13", refused.Field("grpc-status"));
        }

        // The target has heard nothing of it, and those before and after it are well: so is the encoder's table.
        int next = client.Post($"{type}x-small: 1\n");
        client.Data(next, "body", ends: true);
        int second = target.NextRequest();
        Assert.Equal(first + 2, second);
        Assert.Contains("x-small: 1\n", target.At(second).Head, StringComparison.Ordinal);
        target.Respond(second, body: "next");
        Assert.Equal("next", client.Read(next).Body);
        other.Data(under, "end", ends: true);
        target.Respond(first, body: "under");
        Assert.Equal("under", other.Read(under).Body);
        Assert.Empty(target.GoAways);
        Assert.Equal(1, world.Target.Accepted);

        Assert.Equal(1, world.Counters[FailureReason.RequestTooLargeForTarget]);
        Assert.Equal(1, world.Counters[Counter.ElbCode4xx]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        LogLine line = world.Log().Single(static line => line[9] == "400");
        Assert.StartsWith("10.0.1.1:8080 -1 -1 -1 400 - ", line.Outcome, StringComparison.Ordinal);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal(Reason, record.GetProperty("reason").GetString());
        Assert.Equal("client", record.GetProperty("side").GetString());
        Assert.Equal(0, record.GetProperty("request_bytes_written").GetInt32());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("since_dispatch_ms").ValueKind);
        (int fieldBytes, int limitBytes, string? limitSide) = Explained.SizesOf(record);
        Assert.InRange(fieldBytes, 1_001, 2_000);
        Assert.Equal((1_000, "target"), (limitBytes, limitSide));
        Assert.Contains("takes 1000 (SETTINGS_MAX_HEADER_LIST_SIZE)", record.GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    // To its target's timer it was idle all the time, and no later request is to meet the end of that unawares.
    [Fact]
    public void Request_ThatIsNotSent_LeavesItsConnectionAsOldAsItWas()
    {
        using BalancerWorld world = Http2World.Make(
            certificates, out Http2Peer client,
            with: static options => options with { LoadBalancer = ["weir.stale_connection.mode=observe", "weir.pool.order=oldest_first"] });
        int[] ids = [client.Get(), client.Get()];
        Http2Peer older = world.Target.AcceptHttp2();
        older.Setting(SettingId.MaxConcurrentStreams, 1);
        older.Setting(SettingId.MaxHeaderListSize, 1_000);
        Http2Peer younger = world.Target.AcceptHttp2();
        older.Answer();
        world.RunSeconds(2);
        younger.Answer();
        Assert.All(ids, id => Assert.Equal("200", client.Read(id).Status));
        world.RunSeconds(5);
        Assert.Equal(2, world.Counters[Counter.TargetConnectionsIdle]);

        // Twice the older one, which remains that.
        string large = $"x-large: {new string('1', 1_000)}\n";
        Assert.Equal("400", client.Read(client.Get(more: large)).Status);
        world.RunSeconds(1);
        Assert.Equal("400", client.Read(client.Get(more: large)).Status);
        world.RunSeconds(1);
        int id = client.Get();
        world.Network.RunFor(TimeSpan.FromMicroseconds(300));
        older.Bytes.Fin();
        Assert.Equal("502", client.Read(id).Status);
        JsonElement record = world.Explained().Single(static record => record.GetProperty("reason").GetString() == "target_closed");
        Assert.InRange(record.GetProperty("idle_ms").GetInt32(), 9_000, 9_050);
        Assert.Equal(1, record.GetProperty("earlier_requests").GetInt32());
        world.RunSeconds(60);
        world.Until(() => younger.Bytes.Ended, "its own idle timeout");
    }

    [Theory]
    [InlineData(0, "200")]
    [InlineData(-1, "400")]
    public void Request_OfExactlyWhatTheTargetTakes_IsSent(int offset, string status)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        const string Fields = "x-a: 1\nx-b: 22\nte: trailers\nx-forwarded-for: 1.2.3.4\ncookie: a=b\n";
        int before = client.Get(more: Fields);
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.Answer();
        client.Read(before);
        // Source: RFC 9113 §6.5.2.
        string[] lines = target.At(at).Head.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int bytes = lines.Sum(static line => line.Length - ": ".Length + 32);
        target.Setting(SettingId.MaxHeaderListSize, (uint)(bytes + offset));
        world.RunMs(5);
        int id = client.Get(more: Fields);
        if (status == "200")
        {
            target.Answer();
        }

        Assert.Equal(status, client.Read(id).Status);
        if (status == "400")
        {
            JsonElement record = Assert.Single(world.Explained());
            Assert.Contains($"come to {bytes} bytes", record.GetProperty("verdict").GetString(), StringComparison.Ordinal);
            Assert.Equal((bytes, bytes + offset, "target"), Explained.SizesOf(record));
        }
    }

    // No message of TLS brings so much: the certificates are told to a door that makes no handshake.
    [Fact]
    public void Request_LargerThanWeirSends_IsRefusedAlone_AndItsVerdictBlamesNoTarget()
    {
        using var world = new BalancerWorld(Passthrough());
        var door = new Http2Door(world);
        var under = new Http2Peer(world);
        int first = under.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        TlsClient shown = new(world, TlsContext.UnverifiedClient(new TlsOptions()).Context!);
        Assert.Equal(TlsHandshakeResult.Done, shown.Handshake().Result);
        TlsPeerCertificate one = shown.Tls.PeerCertificates[0];
        door.Tls = new ClientTls
        {
            Cipher = [],
            Protocol = [],
            KeyExchange = [],
            Certificate = ClientCertificate.Unverified([.. Enumerable.Repeat(one, 1 + (Http2RequestComposer.MaxSectionBytes / one.Der.Length))]),
        };
        var client = new Http2Peer(world);
        Assert.Equal("400", client.Read(client.Get()).Status);
        target.Respond(at, body: "under");
        Assert.Equal("under", under.Read(first).Body);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal(Reason, record.GetProperty("reason").GetString());
        (int fieldBytes, int limitBytes, string? limitSide) = Explained.SizesOf(record);
        Assert.InRange(fieldBytes, Http2RequestComposer.MaxSectionBytes + 1, 2 * Http2RequestComposer.MaxSectionBytes);
        Assert.Equal((Http2RequestComposer.MaxSectionBytes, "weir"), (limitBytes, limitSide));
        Assert.Contains(
            $"sends {Http2RequestComposer.MaxSectionBytes} at the most, a limit of Weir's own", record.GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    // Towards clients the limit is advice, and what an answer beyond it is worth is theirs to say.
    [Theory]
    [InlineData(TargetProtocolVersion.Http1)]
    [InlineData(TargetProtocolVersion.Http2)]
    public void Answer_LargerThanTheClientTakes_IsSentAndHarmsNoOther(TargetProtocolVersion version)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client, version);
        client.Setting(SettingId.MaxHeaderListSize, 100);
        int large = client.Get("/large");
        int other = client.Get("/other");
        // As many fields as one message may have, and nearly as many bytes.
        int bytes = version == TargetProtocolVersion.Http1 ? 50 : 20;
        string[] fields = [.. Enumerable.Range(0, 505).Select(number => $"x-{number:000}: {new string('1', bytes)}")];
        if (version == TargetProtocolVersion.Http1)
        {
            world.Target.Accept().Answer($"HTTP/1.1 200 OK\r\n{string.Concat(fields.Select(static line => line + "\r\n"))}Content-Length: 0\r\n\r\n");
            world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother");
        }
        else
        {
            Http2Peer target = world.Target.AcceptHttp2();
            target.Answer($":status: 200\n{string.Concat(fields.Select(static line => line + "\n"))}");
            target.Answer(body: "other");
        }

        Assert.Contains(fields[^1] + "\n", client.Read(large).Head, StringComparison.Ordinal);
        Assert.Equal("other", client.Read(other).Body);
        Assert.Empty(client.GoAways);
        Assert.Empty(world.Explained());
    }

    private WorldOptions Passthrough()
    {
        WorldOptions https = certificates.Https;
        return https with
        {
            ProtocolVersion = TargetProtocolVersion.Http2,
            Define = listener => https.Define(listener) with
            {
                MutualAuthentication = new MutualAuthentication { Mode = MutualAuthenticationMode.Passthrough },
            },
        };
    }
}
