namespace Weir.Balancer;

/// <summary>A time as a verdict says it.</summary>
internal readonly record struct Duration(long Micros)
{
    public static Duration OfMs(long ms) => new(ms * 1_000);
}
