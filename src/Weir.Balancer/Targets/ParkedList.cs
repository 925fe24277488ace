namespace Weir.Balancer;

/// <summary>
/// Parked connections in the order in which they came, linked through the connections themselves: a target that restarts
/// closes thousands in one turn, and each is taken out without a search. A connection is in one list at a time.
/// </summary>
internal struct ParkedList
{
    public TargetConnection? Oldest { get; private set; }

    public TargetConnection? Newest { get; private set; }

    public int Count { get; private set; }

    public void Add(TargetConnection connection)
    {
        Count++;
        connection.Previous = Newest;
        if (Newest is null)
        {
            Oldest = connection;
        }
        else
        {
            Newest.Next = connection;
        }

        Newest = connection;
    }

    public void Remove(TargetConnection connection)
    {
        Count--;
        if (connection.Previous is null)
        {
            Oldest = connection.Next;
        }
        else
        {
            connection.Previous.Next = connection.Next;
        }

        if (connection.Next is null)
        {
            Newest = connection.Previous;
        }
        else
        {
            connection.Next.Previous = connection.Previous;
        }

        connection.Previous = connection.Next = null;
    }
}
