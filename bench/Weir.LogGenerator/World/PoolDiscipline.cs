namespace Weir.LogGenerator.World;

/// <summary>Which of a node's idle connections to a target is used next.</summary>
internal enum PoolDiscipline
{
    NewestFirst,
    OldestFirst,
    Random,
}
