using Weir.Reactor.Tests.Connections;
using Weir.Reactor.Tests.Simulation;

namespace Weir.Reactor.Tests.Tls;

/// <summary>TLS on both ends of a simulated connection, in virtual time.</summary>
public sealed class TlsConnectionTests(Credentials credentials) : IClassFixture<Credentials>
{
    private const int MiB = 1024 * 1024;

    private static readonly TlsOptions _tls12 = new() { MostVersion = TlsVersion.Tls12, Ciphers = "ECDHE-RSA-AES128-GCM-SHA256" };
    private static readonly TlsOptions _tls13 = new() { LeastVersion = TlsVersion.Tls13, CipherSuites = "TLS_AES_128_GCM_SHA256" };
    private static readonly TlsOptions _cbc = new() { MostVersion = TlsVersion.Tls12, Ciphers = "ECDHE-RSA-AES128-SHA256" };
    private static readonly TlsOptions _tls10 = new()
    {
        LeastVersion = TlsVersion.Tls10,
        MostVersion = TlsVersion.Tls10,
        Ciphers = "ECDHE-RSA-AES128-SHA:@SECLEVEL=0",
    };

    public static TheoryData<string> Versions => ["tls13", "tls12", "cbc", "tls10"];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Exchange_EveryByteOnItsOwn_ComesThroughBothWays(string version)
    {
        TlsPair pair = TlsPair.Connected(credentials, Options(version), TlsPair.ByteByByte);

        Assert.Equal(5, pair.Client.Send("hello"u8));
        pair.Settle();
        Assert.Equal("hello"u8, ReceiveAll(pair.Server));
        Assert.Equal(5, pair.Server.BytesReceived);

        Assert.Equal(6, pair.Server.Send("answer"u8));
        pair.Settle();
        Assert.Equal("answer"u8, ReceiveAll(pair.Client));
        Assert.Equal(6, pair.Server.BytesSent);

        pair.Client.Close();
        pair.Server.Close();
        pair.AssertNothingIsRented();
    }

    [Fact]
    public void Handshake_Done_SaysWhatWasAgreed()
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls12 with { ApplicationProtocols = ["h2", "http/1.1"] });
        Assert.Equal("TLSv1.2", pair.Server.Agreement.Protocol);
        Assert.Equal("ECDHE-RSA-AES128-GCM-SHA256", pair.Server.Agreement.Cipher);
        Assert.Equal("h2", pair.Server.Agreement.ApplicationProtocol);
        Assert.Equal("h2", pair.Client.Agreement.ApplicationProtocol);
        Assert.False(pair.Server.Agreement.IsResumed);
    }

    [Fact]
    public void Handshake_ClientOffersSeveralProtocols_ServersOrderDecides()
    {
        TlsPair pair = Handshake(
            credentials.Server(new TlsOptions { ApplicationProtocols = ["h2", "http/1.1"] }),
            Credentials.Client(new TlsOptions { ApplicationProtocols = ["http/1.1", "h2"] }));
        Assert.Equal("h2", pair.Client.Agreement.ApplicationProtocol);
    }

    [Fact]
    public void Handshake_NoProtocolInCommon_FailsOnBothSidesWithTheAlert()
    {
        TlsPair pair = Handshake(
            credentials.Server(new TlsOptions { ApplicationProtocols = ["http/1.1"] }),
            Credentials.Client(new TlsOptions { ApplicationProtocols = ["h2"] }));
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Failed, "no application protocol", TlsFailureKind.NoApplicationProtocol), pair.ServerOutcome);
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Failed, "tlsv1 alert no application protocol", TlsFailureKind.NoApplicationProtocol), pair.ClientOutcome);
        Assert.Equal(ConnectionEnd.TlsFailed, pair.Client.End);
    }

    [Fact]
    public void Handshake_NoVersionInCommon_Fails()
    {
        TlsPair pair = Handshake(credentials.Server(_tls13), Credentials.Client(_tls12));
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Failed, "unsupported protocol", TlsFailureKind.NothingInCommon), pair.ServerOutcome);
        Assert.Equal(TlsHandshakeResult.Failed, pair.ClientOutcome?.Result);
    }

    [Fact]
    public void Handshake_SilentPeer_EndsAtItsDeadline()
    {
        var pair = new TlsPair(credentials.Server(), Credentials.Client());
        long begin = pair.Pair.ServerLoop.NowMs;
        pair.BeginServer();
        Assert.True(pair.Pair.Network.RunUntil(() => pair.ServerOutcome is not null, TimeSpan.FromMinutes(1)));
        Assert.Equal(TlsHandshakeResult.TimedOut, pair.ServerOutcome?.Result);
        Assert.Equal(10_000, pair.Pair.ServerLoop.NowMs - begin, 1.0);
    }

    [Fact]
    public void Handshake_PeerCloses_IsNamedByItsEnd()
    {
        var pair = new TlsPair(credentials.Server(), Credentials.Client());
        pair.BeginServer();
        pair.Pair.Client.Close();
        pair.Settle();
        Assert.Equal(TlsHandshakeResult.PeerClosed, pair.ServerOutcome?.Result);
        Assert.Equal(ConnectionEnd.Fin, pair.Server.End);
    }

    [Fact]
    public void Handshake_PeerSpeaksHttp_Fails()
    {
        var pair = new SimPair();
        TlsHandshakeOutcome? outcome = null;
        var server = new TlsConnection(pair.Server, credentials.Server());
        pair.ServerLoop.Post(() => Loop.Start(Serve()));
        pair.Client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
        pair.Settle();
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Failed, "http request", TlsFailureKind.NotTls), outcome);

        async LoopTask Serve() => outcome = await server.Handshake(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", TlsFailureKind.NotTls)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", TlsFailureKind.NotTls)]
    // Alerts: a record of version 3.3, fatal.
    [InlineData("\x15\x03\x03\0\x02\x02\x28", TlsFailureKind.NothingInCommon)]
    [InlineData("\x15\x03\x03\0\x02\x02\x46", TlsFailureKind.NothingInCommon)]
    [InlineData("\x15\x03\x03\0\x02\x02\x47", TlsFailureKind.NothingInCommon)]
    [InlineData("\x15\x03\x03\0\x02\x02\x70", TlsFailureKind.NameUnknown)]
    [InlineData("\x15\x03\x03\0\x02\x02\x74", TlsFailureKind.CertificateWanted)]
    [InlineData("\x15\x03\x03\0\x02\x02\x2A", TlsFailureKind.CertificateWanted)]
    [InlineData("\x15\x03\x03\0\x02\x02\x78", TlsFailureKind.NoApplicationProtocol)]
    [InlineData("\x15\x03\x03\0\x02\x02\x50", TlsFailureKind.Other)]
    public void Handshake_ServerAnswersSomethingElse_IsTold(string answer, TlsFailureKind kind)
    {
        var pair = new SimPair();
        TlsHandshakeOutcome? outcome = null;
        var client = new TlsConnection(pair.Client, Credentials.Client());
        pair.ClientLoop.Post(() => Loop.Start(Ask()));
        pair.Server.Send(System.Text.Encoding.Latin1.GetBytes(answer));
        pair.Settle();
        Assert.Equal((TlsHandshakeResult.Failed, kind), (outcome!.Value.Result, outcome.Value.Kind));

        async LoopTask Ask() => outcome = await client.Handshake(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Handshake_ClosedMeanwhile_SaysSo()
    {
        var pair = new TlsPair(credentials.Server(), Credentials.Client());
        pair.BeginServer();
        pair.Pair.RunMs(1);
        pair.Server.Close();
        pair.Settle();
        Assert.Equal(TlsHandshakeResult.ClosedByUs, pair.ServerOutcome?.Result);
    }

    [Fact]
    public void End_PeerCloses_IsCloseNotify()
    {
        TlsPair pair = TlsPair.Connected(credentials);
        pair.Client.Send("last words"u8);
        pair.Client.Close();
        pair.Settle();
        Assert.Equal("last words"u8, ReceiveAll(pair.Server));
        Assert.Equal(ConnectionEnd.CloseNotify, pair.Server.End);
        Assert.True(pair.Server.PeerHungUp);
        pair.Server.Close();
        pair.AssertNothingIsRented();
    }

    [Fact]
    public void End_PeersFinWithoutCloseNotify_IsFin()
    {
        TlsPair pair = TlsPair.Connected(credentials);
        pair.Settle();
        pair.Client.Send("cut sh"u8);
        pair.Pair.Client.ShutdownSend();
        pair.Settle();
        Assert.Equal("cut sh"u8, ReceiveAll(pair.Server));
        Assert.Equal(ConnectionEnd.Fin, pair.Server.End);
    }

    [Fact]
    public void End_PeersReset_IsRst()
    {
        TlsPair pair = TlsPair.Connected(credentials);
        pair.Client.Abort();
        pair.Settle();
        Assert.Empty(ReceiveAll(pair.Server));
        Assert.Equal(ConnectionEnd.Rst, pair.Server.End);
        Assert.Equal(Connection.SendFailed, pair.Server.Send("x"u8));
    }

    [Fact]
    public void End_BytesThatAreNoRecord_IsTlsFailed()
    {
        TlsPair pair = TlsPair.Connected(credentials);
        pair.Pair.Client.Send("this is no record"u8);
        pair.Settle();
        Assert.Empty(ReceiveAll(pair.Server));
        Assert.Equal(ConnectionEnd.TlsFailed, pair.Server.End);
        Assert.Equal("wrong version number", pair.Server.Failure!.Sentence);
        Assert.Equal(Connection.SendFailed, pair.Server.Send("x"u8));
        // The other side is told by an alert.
        pair.Settle();
        Assert.Empty(ReceiveAll(pair.Client));
        Assert.Equal(ConnectionEnd.TlsFailed, pair.Client.End);
    }

    // A failure of one connection stands in the thread's error queue; the next call of another must not find it.
    [Fact]
    public void Receive_AfterAnothersFailure_IsNotTakenForOne()
    {
        TlsPair failing = TlsPair.Connected(credentials);
        TlsPair healthy = TlsPair.Connected(credentials);
        failing.Pair.Client.Send("this is no record"u8);
        failing.Settle();
        Assert.Empty(ReceiveAll(failing.Server));
        Assert.Equal(Connection.WouldBlock, healthy.Server.Receive(new byte[16]));
        Assert.Equal(ConnectionEnd.None, healthy.Server.End);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Send_MoreThanTheWindows_ArrivesWholeAndInOrder(string version)
    {
        TlsPair pair = TlsPair.Connected(credentials, Options(version));
        byte[] sent = new byte[MiB];
        new Random(1).NextBytes(sent);
        byte[] received = new byte[MiB];
        bool done = false;
        pair.Pair.ServerLoop.Post(() => Loop.Start(Send()));
        pair.Pair.ClientLoop.Post(() => Loop.Start(Receive()));
        Assert.True(pair.Pair.Network.RunUntil(() => done, TimeSpan.FromMinutes(1)));
        Assert.Equal(sent, received);
        Assert.Equal(MiB, pair.Server.BytesSent);
        Assert.Equal(MiB, pair.Client.BytesReceived);
        pair.AssertNothingIsRented();

        async LoopTask Send() => Assert.True(await pair.Server.SendAll(sent));

        async LoopTask Receive()
        {
            // An odd size, so that records end in the middle of a receive.
            for (int have = 0; have < MiB;)
            {
                await pair.Client.WhenReadable();
                int n = pair.Client.Receive(received.AsSpan(have, Math.Min(50_001, MiB - have)));
                Assert.NotEqual(Connection.Ended, n);
                have += Math.Max(n, 0);
            }

            done = true;
        }
    }

    // So that both what was kept and what comes anew end in the middle of a receive.
    [Theory]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(16_384)]
    [InlineData(50_001)]
    public void Receive_MuchIsThereAtOnce_ComesInOrderAndNothingIsKept(int roomBytes)
    {
        const int SentBytes = 300_000;
        TlsPair pair = TlsPair.Connected(
            credentials, _tls13, SimPair.Plain with { SendBufferBytes = MiB, ReceiveBufferBytes = MiB });
        pair.Settle();
        byte[] sent = new byte[SentBytes];
        new Random(1).NextBytes(sent);
        Assert.Equal(SentBytes, pair.Server.Send(sent));
        pair.Settle();

        var received = new List<byte>();
        byte[] room = new byte[roomBytes];
        for (int n; (n = pair.Client.Receive(room)) > 0;)
        {
            received.AddRange(room.AsSpan(0, n));
        }

        Assert.Equal(sent, received.ToArray());
        pair.AssertNothingIsRented();
    }

    // Whoever counts on it (whether a request was sent) must not be told of bytes that the peer cannot decrypt.
    [Fact]
    public void Send_KernelTakesPartOfARecord_CountsWholeRecordsOnly()
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls13, SimPair.Plain with { SendBufferBytes = 40_000 });
        pair.Settle();
        Assert.Equal(2 * 16_384, pair.Server.Send(new byte[60_000]));
        Assert.Equal(2 * 16_384, pair.Server.BytesSent);
        Assert.Equal(0, pair.Server.Send(new byte[60_000 - (2 * 16_384)]));
        pair.Settle();
        // The rest of what the kernel had taken in part went out meanwhile, though nobody sent: the peer can read it, so it counts.
        Assert.Equal(60_000, pair.Server.BytesSent);
        Assert.Equal(60_000 - (2 * 16_384), pair.Server.Send(new byte[60_000 - (2 * 16_384)]));
        Assert.Equal(60_000, pair.Server.BytesSent);
    }

    // Each record is told of on its own, though the send that they are of has not been told that they are sent.
    [Fact]
    public void Send_KernelTakesLaterTwoRecordsOfFour_CountsThoseTwo()
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls13, SimPair.Plain with { SendBufferBytes = 10_000, ReceiveBufferBytes = 30_000 });
        pair.Settle();
        Assert.Equal(0, pair.Server.Send(new byte[4 * 16_384]));
        pair.Settle();
        Assert.Equal(2 * 16_384, pair.Server.BytesSent);
        Assert.Equal(0, pair.Server.Send(new byte[4 * 16_384]));
        for (int i = 0; i < 4; i++)
        {
            ReceiveAll(pair.Client);
            pair.Settle();
        }

        Assert.Equal(4 * 16_384, pair.Server.BytesSent);
        Assert.Equal(4 * 16_384, pair.Server.Send(new byte[4 * 16_384]));
        Assert.Equal(4 * 16_384, pair.Server.BytesSent);
    }

    // What is not read keeps the third record from being out; the second is.
    [Fact]
    public void Send_KernelTakesLaterTheRestOfOneRecordOfTwo_CountsThatOne()
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls13, SimPair.Plain with { SendBufferBytes = 10_000, ReceiveBufferBytes = 20_000 });
        pair.Settle();
        Assert.Equal(0, pair.Server.Send(new byte[32_768]));
        Assert.Equal(0, pair.Server.BytesSent);
        pair.Settle();
        Assert.Equal(16_384, pair.Server.BytesSent);
        Assert.Equal(16_384, ReceiveAll(pair.Client).Length);
        pair.Settle();
        Assert.Equal(32_768, pair.Server.BytesSent);
        Assert.Equal(32_768, pair.Server.Send(new byte[32_768]));
        Assert.Equal(32_768, pair.Server.BytesSent);
    }

    [Fact]
    public void Send_PeerResetsBeforeTheRestOfARecord_RestCountsAsNotSent()
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls13, SimPair.Plain with { SendBufferBytes = 40_000 });
        pair.Settle();
        Assert.Equal(2 * 16_384, pair.Server.Send(new byte[60_000]));
        pair.Client.Abort();
        pair.Settle();
        Assert.Equal(Connection.SendFailed, pair.Server.Send(new byte[60_000 - (2 * 16_384)]));
        Assert.Equal(2 * 16_384, pair.Server.BytesSent);
        pair.Server.Close();
        pair.AssertNothingIsRented();
    }

    [Fact]
    public void ShutdownSend_NoRoomForCloseNotify_IsHeldUntilThereIs()
    {
        // Header, content type and tag of a record. Source: RFC 8446 §5.2
        const int RecordOverheadBytes = 5 + 1 + 16;
        const int PlainBytes = 2_000 - RecordOverheadBytes;
        TlsPair pair = TlsPair.Connected(credentials, _tls13, SimPair.Plain with { SendBufferBytes = 2_000 });
        pair.Settle();
        Assert.Equal(PlainBytes, pair.Server.Send(new byte[PlainBytes]));
        Assert.False(pair.Server.HoldsUnsent);
        pair.Server.ShutdownSend();
        Assert.True(pair.Server.HoldsUnsent);
        pair.Settle();
        Assert.False(pair.Server.HoldsUnsent);
        Assert.Equal(PlainBytes, ReceiveAll(pair.Client).Length);
        Assert.Equal(ConnectionEnd.CloseNotify, pair.Client.End);
    }

    [Fact]
    public void ShutdownSend_ThenPeerAnswers_AnswerIsRead()
    {
        TlsPair pair = TlsPair.Connected(credentials);
        pair.Client.Send("question"u8);
        pair.Client.ShutdownSend();
        pair.Settle();
        Assert.Equal("question"u8, ReceiveAll(pair.Server));
        Assert.Equal(ConnectionEnd.CloseNotify, pair.Server.End);
        Assert.Equal(6, pair.Server.Send("answer"u8));
        pair.Settle();
        Assert.Equal("answer"u8, ReceiveAll(pair.Client));
        Assert.Equal(ConnectionEnd.None, pair.Client.End);
        Assert.Equal(Connection.SendFailed, pair.Client.Send("x"u8));
    }

    [Fact]
    public void Parked_SessionTicketsOnly_StaysParked()
    {
        // The server's tickets of TLS 1.3 come when the client has already put the connection into its pool.
        TlsPair pair = TlsPair.Connected(credentials, _tls13);
        var log = new List<string>();
        pair.Client.Observer = new RecordingObserver(log);
        pair.Client.IsParked = true;
        long received = pair.Pair.Client.BytesReceived;
        pair.Settle();
        Assert.True(pair.Pair.Client.BytesReceived > received, "tickets have come");
        Assert.Empty(log);
        Assert.Equal(0, pair.Client.BytesReceived);
        pair.AssertNothingIsRented();

        pair.Client.IsParked = false;
        Assert.Equal(1, pair.Client.Send("x"u8));
        pair.Settle();
        Assert.Equal("x"u8, ReceiveAll(pair.Server));
    }

    [Theory]
    [InlineData("data")]
    [InlineData("close_notify")]
    [InlineData("fin")]
    [InlineData("rst")]
    public void Parked_AnythingElse_IsReported(string what)
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls13);
        pair.Settle();
        var log = new List<string>();
        pair.Client.Observer = new RecordingObserver(log);
        pair.Client.IsParked = true;
        pair.Settle();
        Assert.Empty(log);
        switch (what)
        {
            case "data":
                pair.Server.Send("x"u8);
                break;
            case "close_notify":
                pair.Server.Close();
                break;
            case "fin":
                pair.Pair.Server.ShutdownSend();
                break;
            default:
                pair.Server.Abort();
                break;
        }

        pair.Settle();
        Assert.Equal(["parked"], log);
    }

    [Fact]
    public void Hangup_WhileNobodyReads_IsReportedToTheObserver()
    {
        TlsPair pair = TlsPair.Connected(credentials);
        var log = new List<string>();
        pair.Server.Observer = new RecordingObserver(log);
        pair.Client.Close();
        pair.Settle();
        Assert.Contains("hangup", log);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Seed_RunTwice_GivesTheSameTimesAndLengths(string version)
    {
        for (ulong seed = 0; seed < 16; seed++)
        {
            Assert.Equal(
                Course(credentials.Server(Options(version)), Options(version), seed),
                Course(credentials.Server(Options(version)), Options(version), seed));
        }
    }

    // An ECDSA signature is as long as its numbers happen to be.
    [Fact]
    public void Seed_OfTheSecrets_DecidesTheLengths()
    {
        string[] courses = [.. Enumerable.Range(0, 16).Select(seed => Course(EcServer(), _tls13, (ulong)seed))];
        Assert.Equal(courses, Enumerable.Range(0, 16).Select(seed => Course(EcServer(), _tls13, (ulong)seed)));
        Assert.InRange(courses.Distinct().Count(), 2, 16);

        TlsContext EcServer() => Credentials.Made(TlsContext.Server(credentials.EcCertificate, credentials.EcKey, _tls13));
    }

    [Fact]
    public void SmallExchanges_InTheSteadyState_AllocateNothing()
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls13);
        pair.Settle();
        byte[] buffer = new byte[4096];
        byte[] question = "hello"u8.ToArray();
        bool wrong = Exchange(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        wrong |= Exchange(1000);
        // The simulator's own lists may still grow.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
        Assert.False(wrong);

        bool Exchange(int times)
        {
            bool failed = false;
            for (int i = 0; i < times; i++)
            {
                failed |= pair.Client.Send(question) != 5;
                pair.Pair.RunMs(3);
                failed |= pair.Server.Receive(buffer) != 5;
                failed |= pair.Server.Send(question) != 5;
                pair.Pair.RunMs(3);
                failed |= pair.Client.Receive(buffer) != 5;
            }

            return failed;
        }
    }

    private static TlsOptions Options(string version) => version switch
    {
        "tls13" => _tls13,
        "tls12" => _tls12,
        "cbc" => _cbc,
        _ => _tls10,
    };

    private static byte[] ReceiveAll(Connection connection) => SimPair.ReceiveAll(connection);

    // The bytes may differ all the same: a ticket holds the second in which it was made. The last column is their hash.
    private static string Course(TlsContext server, TlsOptions client, ulong seed)
    {
        using var secrets = SimSecrets.Seeded(seed);
        var trace = new StringWriter();
        var pair = new TlsPair(server, Credentials.Client(client), new SimNetworkOptions());
        pair.Pair.Network.Trace = trace;
        pair.BeginServer();
        pair.BeginClient();
        pair.Settle();
        pair.Client.Send("hello"u8);
        pair.Settle();
        Assert.Equal("hello"u8, ReceiveAll(pair.Server));
        pair.Client.Close();
        pair.Settle();
        return string.Join('\n', trace.ToString().Split('\n').Select(static line => line[..Math.Max(0, line.LastIndexOf(' '))]));
    }

    private static TlsPair Handshake(TlsContext server, TlsContext client)
    {
        var pair = new TlsPair(server, client);
        pair.BeginServer();
        pair.BeginClient();
        Assert.True(pair.Pair.Network.RunUntil(() => pair.ClientOutcome is not null && pair.ServerOutcome is not null, TimeSpan.FromSeconds(5)));
        return pair;
    }
}
