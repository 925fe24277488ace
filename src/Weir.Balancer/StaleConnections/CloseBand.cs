namespace Weir.Balancer;

/// <summary>Closes at about the same idle age, and what speaks against them. Part of <see cref="CloseTimes"/>.</summary>
/// <param name="LeastMs">The youngest of them.</param>
/// <param name="Closes">How many instants had one, as far as they count.</param>
/// <param name="Outlived">How many instants since the last of them had a connection that ended clearly older.</param>
internal readonly record struct CloseBand(long LeastMs, int Closes, int Outlived);
