using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>A node's connections to one target: what is parked, and in which order it is used again. Owned by its node.</summary>
internal sealed class TargetPool(Universe universe, Target target, PoolDiscipline discipline, long idleTimeoutTicks, Link link)
{
    private readonly List<TargetConnection> _parked = [];

    public Target Target => target;

    public Link Link => link;

    public TargetConnection? Take()
    {
        if (_parked.Count == 0) return null;
        int index = discipline switch
        {
            PoolDiscipline.NewestFirst => _parked.Count - 1,
            PoolDiscipline.OldestFirst => 0,
            _ => universe.Random.Below(_parked.Count),
        };
        TargetConnection connection = _parked[index];
        _parked.RemoveAt(index);
        connection.IsParked = false;
        return connection;
    }

    public void Park(TargetConnection connection)
    {
        connection.IsParked = true;
        connection.ParkedAtTicks = universe.NowTicks;
        _parked.Add(connection);
        if (!connection.ExpiryIsArmed) ArmExpiry(connection, universe.NowTicks + idleTimeoutTicks);
    }

    public void Forget(TargetConnection connection)
    {
        if (!connection.IsParked) return;
        connection.IsParked = false;
        _parked.Remove(connection);
    }

    // One event a connection, however often it is used: it looks again at when the time would be over.
    private void ArmExpiry(TargetConnection connection, long ticks)
    {
        connection.ExpiryIsArmed = true;
        universe.At(ticks, () => CheckExpiry(connection));
    }

    private void CheckExpiry(TargetConnection connection)
    {
        connection.ExpiryIsArmed = false;
        if (!connection.IsParked) return;
        long due = connection.ParkedAtTicks + idleTimeoutTicks;
        if (due > universe.NowTicks) ArmExpiry(connection, due);
        else connection.CloseAtNode();
    }
}
