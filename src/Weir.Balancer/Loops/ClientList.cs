namespace Weir.Balancer;

/// <summary>The client connections of one loop, linked through themselves so that none costs an allocation.</summary>
internal sealed class ClientList
{
    private IClientConnection? _first;

    public void Add(IClientConnection client)
    {
        client.Next = _first;
        if (_first is not null)
        {
            _first.Previous = client;
        }

        _first = client;
    }

    public void Remove(IClientConnection client)
    {
        if (client.Previous is null)
        {
            _first = client.Next;
        }
        else
        {
            client.Previous.Next = client.Next;
        }

        if (client.Next is not null)
        {
            client.Next.Previous = client.Previous;
        }
    }

    /// <summary>The action may remove the client that it is given.</summary>
    public void ForEach(Action<IClientConnection> action)
    {
        IClientConnection? client = _first;
        while (client is not null)
        {
            IClientConnection? next = client.Next;
            action(client);
            client = next;
        }
    }
}
