namespace Weir.Reactor;

/// <summary>Faults drawn from the seed, each at its own rate (0 to 1, per connection).</summary>
public sealed record SimRandomFaults : ISimFaults
{
    public double RefuseRate { get; init; }

    public double SwallowRate { get; init; }

    public double ResetRate { get; init; }

    public double VanishRate { get; init; }

    public double StallRate { get; init; }

    /// <summary>Connections whose first bytes all travel on their own, in both directions.</summary>
    public double OneByteRate { get; init; }

    /// <summary>How many bytes those are.</summary>
    public int OneByteUntil { get; init; } = 4 * 1024;

    /// <summary>A fault strikes at a byte between 0 and this.</summary>
    public int WithinBytes { get; init; } = 64 * 1024;

    /// <summary>A stall lasts up to this long.</summary>
    public TimeSpan StallAtMost { get; init; } = TimeSpan.FromSeconds(5);

    public SimConnectionPlan Plan(in SimConnect connect, LoopRandom random)
    {
        double draw = random.NextDouble();
        SimConnectFate fate = draw < RefuseRate ? SimConnectFate.Refuse
            : draw < RefuseRate + SwallowRate ? SimConnectFate.Swallow
            : SimConnectFate.Deliver;
        int maxSegmentBytes = random.NextDouble() < OneByteRate ? 1 : int.MaxValue;
        var healthy = new SimDirectionPlan { MaxSegmentBytes = maxSegmentBytes, ShortSegmentsUntilByte = OneByteUntil };
        SimDirectionPlan faulty = WithFault(healthy, random);
        bool connector = random.Next(2) == 0;
        return new SimConnectionPlan
        {
            Fate = fate,
            FromConnector = connector ? faulty : healthy,
            FromAcceptor = connector ? healthy : faulty,
        };
    }

    private SimDirectionPlan WithFault(SimDirectionPlan plan, LoopRandom random)
    {
        double draw = random.NextDouble();
        SimFaultKind fault = draw < ResetRate ? SimFaultKind.Reset
            : draw < ResetRate + VanishRate ? SimFaultKind.Vanish
            : draw < ResetRate + VanishRate + StallRate ? SimFaultKind.Stall
            : SimFaultKind.None;
        return plan with
        {
            Fault = fault,
            AtByte = random.Next(WithinBytes + 1),
            StallFor = StallAtMost * random.NextDouble(),
        };
    }
}
