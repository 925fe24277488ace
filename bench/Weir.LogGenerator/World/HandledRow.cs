namespace Weir.LogGenerator.World;

/// <summary>A request that a target's handler finished: what the target's own log has of it.</summary>
internal sealed record HandledRow(Target Target, Exchange Exchange, int Status, int ResponseBytes, long StartTicks, long EndTicks);
