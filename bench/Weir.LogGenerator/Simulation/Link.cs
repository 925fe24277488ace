namespace Weir.LogGenerator.Simulation;

/// <summary>The network between one node and one target: a delay each way, with jitter and now and then a retransmission.</summary>
internal sealed class Link(SeededRandom random, double forthSeconds, double backSeconds, double jitterShare, double lossShare)
{
    // Linux resends a lost segment after 200 ms at the least, and a SYN after 1 s. Source: tcp(7), RFC 6298 §2.
    private const double ResendSeconds = 0.2;

    public long ForthTicks() => Draw(forthSeconds);

    public long BackTicks() => Draw(backSeconds);

    private long Draw(double seconds)
    {
        double delay = seconds * (1 + random.Exponential(jitterShare));
        if (lossShare > 0 && random.Chance(lossShare)) delay += ResendSeconds;
        return Ticks.Of(delay);
    }
}
