using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Configuration;

namespace Weir.Tests.Hosting;

/// <summary>A node that follows names and files by itself, and what it says of that.</summary>
public sealed class NodeHostTests : IDisposable
{
    // Two machines with the same port.
    private readonly TcpListener _first = new(IPAddress.Loopback, 0);
    private readonly TcpListener _second;

    public NodeHostTests()
    {
        _first.Start();
        _second = new TcpListener(IPAddress.Parse("127.0.0.2"), ((IPEndPoint)_first.LocalEndpoint).Port);
        _second.Start();
        _ = Serve(_first, "first");
        _ = Serve(_second, "second");
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void Name_WithAnotherAddress_GetsTheNextRequestsWithoutAReload()
    {
        var lookup = new ScriptedLookup("127.0.0.1");
        using HostedNode node = Start(lookup);
        Assert.Equal("first", node.Ask());

        lookup.Answer("127.0.0.2");
        node.LookNamesUp();
        node.Settle();

        Assert.Equal("second", node.Ask());
        Assert.Contains("app.test is now 127.0.0.2 (was 127.0.0.1)", Assert.Single(node.Told("target-name")), StringComparison.Ordinal);
        Assert.Empty(node.Told("reloaded"));
    }

    [Fact]
    public void Name_ThatIsNotFound_KeepsItsAddressAndIsToldOnce_UntilItIsFoundAgain()
    {
        var lookup = new ScriptedLookup("127.0.0.2");
        using HostedNode node = Start(lookup);

        lookup.Answer("");
        node.LookNamesUp();
        node.LookNamesUp();
        node.Settle();
        Assert.Equal("second", node.Ask());
        Assert.Contains("app.test cannot be looked up (no such name); its last addresses stay: 127.0.0.2", Assert.Single(node.Told("target-name")), StringComparison.Ordinal);

        lookup.Answer("127.0.0.2");
        node.LookNamesUp();
        node.Settle();
        Assert.Contains("app.test is found again", node.Told("target-name")[^1], StringComparison.Ordinal);
        Assert.Equal(2, node.Told("target-name").Length);
        Assert.Equal("second", node.Ask());
    }

    // Not a word where nothing has changed.
    [Fact]
    public void Name_WhoseAddressesComeInAnotherOrder_IsNotTold()
    {
        var lookup = new ScriptedLookup("127.0.0.1 127.0.0.2");
        using HostedNode node = Start(lookup);

        lookup.Answer("127.0.0.2 127.0.0.1");
        node.LookNamesUp();
        node.Settle();

        Assert.Equal(2, lookup.Asked);
        Assert.Empty(node.Told("target-name"));
    }

    // The reload asked first, so that what comes behind it is newer; and it would not be told a second time.
    [Fact]
    public void Name_ThatMovesJustBehindAReload_IsFollowed()
    {
        var lookup = new ScriptedLookup("127.0.0.1");
        using HostedNode node = Start(lookup);

        lookup.Answer("127.0.0.1", "127.0.0.2");
        lookup.Gate.Reset();
        node.Reload();
        node.LookNamesUp();
        // What the first lookup gives comes behind both.
        lookup.Gate.Set();
        node.Settle();

        Assert.Single(node.Told("reloaded"));
        Assert.Single(node.Told("target-name"));
        Assert.Equal("second", node.Ask());
    }

    // The configuration in force follows, though the one that asked is refused.
    [Fact]
    public void Name_ThatAReloadFindsMoved_IsFollowedWhereTheReloadIsRefused()
    {
        using var file = new CertificateFile("CN=site.test");
        var lookup = new ScriptedLookup("127.0.0.1");
        using HostedNode node = Start(lookup, "https://0", file.Path);

        File.WriteAllText(file.Path, "nothing");
        lookup.Answer("127.0.0.2");
        node.ReloadInVain();
        node.LookNamesUp();
        node.Settle();

        Assert.Contains("is now 127.0.0.2", Assert.Single(node.Told("target-name")), StringComparison.Ordinal);
        Assert.Single(node.Told("configuration"), line => line.Contains(file.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void File_ThatHasBecomeUnusable_IsNotSaidByTheWatchBehindAReload_AndByEachReload()
    {
        using var file = new CertificateFile("CN=site.test");
        using HostedNode node = Start(new ScriptedLookup("127.0.0.1"), "https://0", file.Path);

        File.WriteAllText(file.Path, "nothing");
        node.ReloadInVain();
        node.LookAtCertificates();
        node.Settle();
        Assert.Equal(1, TimesSaid(node, file));
        Assert.Empty(node.Told("certificates"));

        // Other contents are another error, though it is called the same.
        File.WriteAllText(file.Path, "nothing of the kind");
        node.LookAtCertificates();
        node.Until("certificates", 1);
        Assert.Equal(2, TimesSaid(node, file));

        // Whoever reloads is to know why it is refused.
        node.ReloadInVain();
        Assert.Equal(3, TimesSaid(node, file));
        node.ReloadInVain();
        Assert.Equal(4, TimesSaid(node, file));
    }

    // The same contents each time.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_ThatBecomesUnusableAgain_IsSaidAgain(bool watchIsFirst)
    {
        using var file = new CertificateFile("CN=site.test");
        using HostedNode node = Start(new ScriptedLookup("127.0.0.1"), "https://0", file.Path);
        string good = File.ReadAllText(file.Path);
        void FindIt(bool byWatch)
        {
            int told = node.Told("certificates").Length;
            File.WriteAllText(file.Path, "nothing");
            if (byWatch)
            {
                node.LookAtCertificates();
                node.Until("certificates", told + 1);
            }
            else
            {
                node.ReloadInVain();
            }
        }

        FindIt(watchIsFirst);
        Assert.Equal(1, TimesSaid(node, file));
        File.WriteAllText(file.Path, good);
        node.Reload();
        node.Until("reloaded", 1);
        FindIt(!watchIsFirst);
        Assert.Equal(2, TimesSaid(node, file));
    }

    private static int TimesSaid(HostedNode node, CertificateFile file) =>
        node.Told("configuration").Count(line => line.Contains(file.Path, StringComparison.Ordinal));

    private HostedNode Start(INameLookup lookup, string listen = "0", params string[] certificates) => new(
        new ConfigurationFlags
        {
            Listen = [listen],
            Certificate = certificates,
            Target = [$"http://app.test:{((IPEndPoint)_first.LocalEndpoint).Port}"],
        },
        lookup);

    private static async Task Serve(TcpListener listener, string name)
    {
        byte[] answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {name.Length}\r\nConnection: close\r\n\r\n{name}");
        try
        {
            while (true)
            {
                using Socket socket = await listener.AcceptSocketAsync();
                byte[] head = new byte[4096];
                if (await socket.ReceiveAsync(head) > 0)
                {
                    await socket.SendAsync(answer);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
