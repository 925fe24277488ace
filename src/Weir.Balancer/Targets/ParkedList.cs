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

    /// <summary>Behind all others.</summary>
    public void Add(TargetConnection connection) => Insert(connection, Newest);

    /// <summary>Behind all that are as old, or older: that is behind all others, but for one that comes back unused.</summary>
    public void AddByAge(TargetConnection connection)
    {
        TargetConnection? older = Newest;
        while (older is not null && older.ParkedSinceMs > connection.ParkedSinceMs)
        {
            older = older.Previous;
        }

        Insert(connection, older);
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

    private void Insert(TargetConnection connection, TargetConnection? older)
    {
        Count++;
        TargetConnection? younger = older is null ? Oldest : older.Next;
        connection.Previous = older;
        connection.Next = younger;
        if (older is null)
        {
            Oldest = connection;
        }
        else
        {
            older.Next = connection;
        }

        if (younger is null)
        {
            Newest = connection;
        }
        else
        {
            younger.Previous = connection;
        }
    }
}
