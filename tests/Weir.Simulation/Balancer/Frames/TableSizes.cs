using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>
/// What a peer announces in the middle of a connection of its table of fields (SETTINGS_HEADER_TABLE_SIZE): mostly one size, now and
/// then a small one that it takes back in the same breath, which the balancer has to heed all the same.
/// </summary>
internal static class TableSizes
{
    // None, less than any field, room for some, the first size, and more than the balancer makes use of.
    private static readonly int[] _sizes = [0, 30, 500, 4_096, 65_536];

    public static int[] Draw(LoopRandom random)
    {
        int last = _sizes[random.Next(_sizes.Length)];
        return random.Next(3) switch
        {
            0 => [],
            1 => [last],
            _ => [_sizes[random.Next(_sizes.Length)], last],
        };
    }
}
