using System.Net;
using System.Net.Security;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>What a connection over TLS costs while nothing is on it: the growth of the process's resident set, OpenSSL's part included.</summary>
[NativeOnly]
[Collection(AloneCollection.Name)]
public sealed class IdleTlsTests
{
    private const int Connections = 1_000;
    private const long AllowedBytes = 20 * 1024;

    // Where the target gives no session, each connection has the certificate for itself. Measured: see docs/performance.md.
    private const long AllowedBytesWithCertificate = 22 * 1024;

    // Handshakes with targets have 10 s, on a machine that may be busy, and both ends of them are here.
    private const int AtOnce = 50;

    // As many as there are cores for, and a few: what a handshake needs for itself is not to show in the growth.
    private const int ClientsAtOnce = 4;

    private const string Tls13 = "ELBSecurityPolicy-TLS13-1-2-2021-06";
    private const string Tls12 = "ELBSecurityPolicy-FS-1-2-2019-08";

    [Theory]
    [InlineData(Tls13)]
    [InlineData(Tls12, Explicit = true)]
    public async Task ClientConnections_AThousand_TakeTwentyKibibytesEach(string policy)
    {
        using RawTarget target = RawTarget.Answering("hello");
        await using HttpsSite site = await HttpsSite.StartWith(policy, target.Url, "--idle-timeout", "600");
        var idle = new List<SslStream>();
        await OpenOne();
        long before = site.Weir.ResidentBytes();
        for (int opened = 0; opened < Connections; opened += ClientsAtOnce)
        {
            await Task.WhenAll(Enumerable.Range(0, ClientsAtOnce).Select(_ => OpenOne()));
        }

        await site.Weir.WaitForMetric("weir_client_connections_open", Connections + 1);
        long each = (site.Weir.ResidentBytes() - before) / Connections;
        TestContext.Current.SendDiagnosticMessage($"{each} bytes for each idle client connection, {policy}");
        // Each of them was one that can still be used.
        foreach (SslStream client in idle)
        {
            await Ask(client);
            await client.DisposeAsync();
        }

        Assert.InRange(each, long.MinValue, AllowedBytes);

        async Task OpenOne()
        {
            SslStream client = await HttpsSite.Connect(site.Weir);
            lock (idle)
            {
                idle.Add(client);
            }

            await Ask(client);
        }
    }

    [Theory]
    [InlineData(Tls13, true)]
    [InlineData(Tls13, false)]
    [InlineData(Tls12, true, Explicit = true)]
    [InlineData(Tls12, false, Explicit = true)]
    public async Task TargetConnections_AThousandParked_TakeTwentyKibibytesEach(string policy, bool resumed)
    {
        int waiting = 0;
        var answers = new TaskCompletionSource();
        answers.SetResult();
        await using TlsTarget target = TlsTarget.StartAfter(
            () =>
            {
                Interlocked.Increment(ref waiting);
                return Volatile.Read(ref answers).Task;
            },
            resumed);
        var plain = IPAddress.Parse("127.0.0.2");
        // Clients come over the plain listener; what targets are met with follows from the other.
        await using HttpsSite site = await HttpsSite.StartWith(policy, target.Url, "--listen", $"{plain}:0", "--idle-timeout", "600");
        WeirProcess weir = site.Weir;
        var clients = new List<RawClient>();
        try
        {
            // Heads that lack their end make room for as many exchanges, and each of them is then answered on the same connection.
            for (int i = 0; i < Connections; i++)
            {
                clients.Add(await RawClient.ConnectAsync(new IPEndPoint(plain, weir.Ports[1])));
                await clients[i].Send("GET / HTTP/1.1\r\nHost: e2e.t");
            }

            foreach (RawClient client in clients)
            {
                await client.Send("est\r\n\r\n");
                Assert.Equal("ok", (await client.ReadResponse()).Body);
            }

            Assert.Equal(1, (await weir.ReadMetrics())["weir_target_connections_opened_total"]);
            long before = weir.ResidentBytes();

            // All of them at once under way, so that each has a connection of its own, and then all answered.
            Volatile.Write(ref answers, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            foreach (RawClient[] some in clients.Chunk(AtOnce))
            {
                int asked = Volatile.Read(ref waiting);
                foreach (RawClient client in some)
                {
                    await client.Send(RawClient.Get());
                }

                await Deadline.Until(() => Volatile.Read(ref waiting) >= asked + some.Length, "the target has the requests");
            }

            answers.SetResult();
            foreach (RawClient client in clients)
            {
                Assert.Equal("ok", (await client.ReadResponse()).Body);
            }

            // A health check may have been counted for one of the requests.
            Metrics metrics = await weir.WaitForMetric("weir_target_connections_idle", Connections - 10);
            long parked = metrics["weir_target_connections_idle"];
            long each = (weir.ResidentBytes() - before) / (parked - 1);
            TestContext.Current.SendDiagnosticMessage($"{each} bytes for each of {parked} parked target connections, {policy}, resumed: {resumed}");
            Assert.Equal(resumed ? parked - 1 : 0, metrics["weir_target_tls_resumed_total"]);
            await clients[0].Send(RawClient.Get());
            Assert.Equal("ok", (await clients[0].ReadResponse()).Body);
            Assert.Equal(parked, (await weir.ReadMetrics())["weir_target_connections_opened_total"]);
            Assert.InRange(each, long.MinValue, resumed ? AllowedBytes : AllowedBytesWithCertificate);
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }

    private static async Task Ask(SslStream client)
    {
        await client.WriteAsync(Encoding.ASCII.GetBytes(RawClient.Get()), Deadline.Token());
        var answer = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!answer.ToString().EndsWith("hello", StringComparison.Ordinal))
        {
            int n = await client.ReadAsync(buffer, Deadline.Token());
            Assert.NotEqual(0, n);
            answer.Append(Encoding.Latin1.GetString(buffer, 0, n));
        }
    }
}
