using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Bench;

/// <summary>Opens many clients, each of which makes one request and stays, and reads the proxy's memory before and with them.</summary>
internal sealed class IdleBenchmark(Proxies proxies, BenchOptions options)
{
    // Frees and allocations that the last requests started are over by then.
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(1);

    private const int WarmUpRequests = 200;

    public async Task<IReadOnlyList<IdleRow>> RunAsync(Profile profile, int originPort, Action<string> progress)
    {
        var rows = new List<IdleRow>();
        foreach (string name in options.Proxies)
        {
            progress($"{profile.Name}: {name}, {options.IdleClients} clients");
            await using Server server = await proxies.StartAsync(name, originPort, profile);
            await ResponseCheck.ExpectOkAsync(server, profile);
            rows.Add(await MeasureAsync(profile, server));
        }

        return rows;
    }

    private async Task<IdleRow> MeasureAsync(Profile profile, Server server)
    {
        byte[] request = Encoding.ASCII.GetBytes($"GET {profile.Path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        var clients = new List<Socket>(options.IdleClients);
        try
        {
            using (Socket first = await ConnectAsync(server.Port))
            {
                for (int i = 0; i < WarmUpRequests; i++) await ExchangeAsync(first, request);
            }

            await Task.Delay(_settle);
            double before = ProcessTree.ResidentBytes(server.ProcessId) / 1e6;
            for (int i = 0; i < options.IdleClients; i++)
            {
                clients.Add(await ConnectAsync(server.Port));
                await ExchangeAsync(clients[^1], request);
            }

            await Task.Delay(_settle);
            double with = ProcessTree.ResidentBytes(server.ProcessId) / 1e6;
            int closed = clients.Count(client => client.Poll(0, SelectMode.SelectRead));
            if (closed > 0) throw new BenchException($"{server.Name} closed {closed} of {clients.Count} idle clients");
            return new IdleRow(server.Name, clients.Count, before, with);
        }
        catch (SocketException failure)
        {
            throw new BenchException($"{server.Name}: client {clients.Count} of {options.IdleClients}: {failure.Message}");
        }
        finally
        {
            foreach (Socket client in clients) client.Dispose();
        }
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    // Whole when head and the 128 bytes of the body are in: the origin's answers all have a Content-Length.
    private static async Task ExchangeAsync(Socket socket, byte[] request)
    {
        await socket.SendAsync(request);
        byte[] buffer = new byte[2048];
        int filled = 0;
        while (true)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(filled));
            if (count == 0) throw new BenchException("a client was closed before its answer was whole");
            filled += count;
            int head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (head >= 0 && filled >= head + 4 + Workspace.SmallBody.Length) return;
        }
    }
}
