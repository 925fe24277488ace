namespace Weir.Bench;

/// <summary>A program that loads one port of this machine, on the origin's core. Never longer than asked.</summary>
internal interface ILoadGenerator
{
    Task<LoadResult> RunAsync(Profile profile, int port, int seconds);
}
