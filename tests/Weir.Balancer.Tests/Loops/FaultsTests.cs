using System.Text.RegularExpressions;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>
/// Many exchanges over a network that refuses, swallows, resets, stalls and splits, from seeds: no client ever sees
/// another's answer, everything ends, and nothing is left behind.
/// </summary>
public sealed partial class FaultsTests
{
    private const int Clients = 40;
    private const int RequestsOfAClient = 6;

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 12).Select(static seed => (ulong)seed)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Exchanges_UnderFaults_EndWithTheirOwnAnswersAndLeaveNothing(ulong seed)
    {
        var random = new LoopRandom(seed);
        var options = new WorldOptions { Seed = seed, Targets = 3 };
        using var world = new BalancerWorld(options with
        {
            Network = new SimNetworkOptions
            {
                Faults = new SimRandomFaults
                {
                    RefuseRate = 0.02,
                    SwallowRate = 0.02,
                    ResetRate = 0.1,
                    VanishRate = 0.03,
                    StallRate = 0.1,
                    OneByteRate = 0.2,
                    WithinBytes = 20_000,
                },
            },
        });
        foreach (TargetDouble target in world.Targets)
        {
            target.Script = Echo;
        }

        var clients = new List<(int Id, Peer Peer)>();
        for (int id = 0; id < Clients; id++)
        {
            Peer client = world.Connect();
            clients.Add((id, client));
            client.Send(string.Concat(Enumerable.Range(0, RequestsOfAClient).Select(number => Request(id, number, random))));
            world.RunMs(random.Next(200));
            if (random.Next(10) == 0)
            {
                client.Reset();
            }
        }

        // Longer than the kernel goes on trying to reach a peer that has vanished; and no health check is under way then.
        world.RunSeconds(1215);
        int answered = 0;
        foreach ((int id, Peer client) in clients)
        {
            // The n-th response is the target's to the n-th request, or a page of the balancer's in its place.
            MatchCollection responses = Answers().Matches(ChunkFrames().Replace(client.Received, ""));
            Assert.All(responses, (response, n) => Assert.True(response.Value == "<title>" || response.Value == $"<{id}/{n}>"));
            answered += responses.Count(static response => response.Value != "<title>");
        }

        Assert.True(answered > Clients * RequestsOfAClient / 10, $"{answered} answers");
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(0, world.Counters[Counter.TargetConnectionsIdle]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.Equal(world.Counters[Counter.Requests], world.Log().Count);
    }

    private static string Request(int id, int number, LoopRandom random)
    {
        string line = $" /{id}/{number} HTTP/1.1\r\nHost: a\r\n";
        string body = new('x', random.Next(3000));
        return random.Next(3) switch
        {
            0 => $"GET{line}\r\n",
            1 => $"POST{line}Content-Length: {body.Length}\r\n\r\n{body}",
            _ => $"POST{line}Transfer-Encoding: chunked\r\n\r\n{body.Length + 1:x}\r\n{body}!\r\n0\r\n\r\n",
        };
    }

    // A head may begin behind the body of the request before.
    private static string Echo(string head)
    {
        Match path = Path().Match(head);
        if (!path.Success)
        {
            // The end of a chunked body looks like the end of a head.
            return "";
        }

        string body = $"<{path.Groups[1].Value}/{path.Groups[2].Value}>";
        return path.Groups[2].Value is "1" or "4"
            ? $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }

    [GeneratedRegex("(?:GET|POST) /([0-9]+)/([0-9]+) ")]
    private static partial Regex Path();

    [GeneratedRegex("\r\n[0-9a-f]+\r\n")]
    private static partial Regex ChunkFrames();

    [GeneratedRegex("<[0-9]+/[0-9]+>|<title>")]
    private static partial Regex Answers();
}
