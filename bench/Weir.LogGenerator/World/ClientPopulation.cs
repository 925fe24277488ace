namespace Weir.LogGenerator.World;

/// <summary>The clients: who asks next, on which connection, and so at which node.</summary>
internal sealed class ClientPopulation
{
    private static readonly string[] _agents =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        "okhttp/4.12.0",
        "python-requests/2.32.3",
        "Go-http-client/2.0",
        "curl/8.6.0",
        "-",
    ];

    private readonly Universe _universe;
    private readonly (string Address, string Agent, ClientProtocol Protocol)[] _clients;
    private readonly (ClientConnection? Connection, int Left)[] _connections;

    public ClientPopulation(Universe universe, int count)
    {
        _universe = universe;
        _clients = new (string, string, ClientProtocol)[count];
        _connections = new (ClientConnection?, int)[count];
        for (int index = 0; index < count; index++)
        {
            string address = universe.Random.Chance(0.05)
                ? $"2001:db8:{universe.Random.Below(65536):x}::{universe.Random.Between(1, 65535):x}"
                : $"{universe.Random.Between(1, 223)}.{universe.Random.Below(256)}.{universe.Random.Below(256)}.{universe.Random.Between(1, 254)}";
            ClientProtocol protocol = !universe.Random.Chance(universe.Settings.HttpsShare) ? ClientProtocol.Http
                : universe.Random.Chance(0.5) ? ClientProtocol.Http2 : ClientProtocol.Https;
            _clients[index] = (address, universe.Random.Pick(_agents), protocol);
        }
    }

    public int Count => _clients.Length;

    /// <summary>Some clients ask far more than others: the square of an even draw.</summary>
    public ClientConnection Next()
    {
        double unit = _universe.Random.Unit();
        return Of((int)(unit * unit * _clients.Length));
    }

    public ClientConnection Of(int index)
    {
        (ClientConnection? connection, int left) = _connections[index];
        if (connection is null || left == 0)
        {
            connection = Open(index);
            left = 1 + (int)_universe.Random.Exponential(8);
        }

        _connections[index] = (connection, left - 1);
        return connection;
    }

    private ClientConnection Open(int index)
    {
        (string address, string agent, ClientProtocol protocol) = _clients[index];
        string traceId = $"TID_{_universe.Random.Bits():x16}{_universe.Random.Bits():x16}";
        return new ClientConnection(address, _universe.Random.Between(1024, 65535), agent, _universe.Random.Pick(_universe.Nodes), traceId, protocol);
    }
}
