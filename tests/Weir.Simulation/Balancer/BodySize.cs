using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>Sizes of bodies: mostly small, sometimes more than all the windows and buffers on the way hold.</summary>
internal static class BodySize
{
    public static int Draw(LoopRandom random) => random.Next(40) switch
    {
        0 => random.Next(300_000),
        < 5 => random.Next(20_000),
        < 10 => 0,
        _ => random.Next(600),
    };
}
