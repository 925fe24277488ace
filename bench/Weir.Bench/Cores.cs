namespace Weir.Bench;

/// <summary>Which core runs what: the proxy alone on one, everything that drives it on the other.</summary>
internal static class Cores
{
    public const int Proxy = 0;

    public const int LoadAndOrigin = 1;
}
