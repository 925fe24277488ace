namespace Weir.EndToEnd.Tests;

/// <summary>Tests that measure, or that load the machine: each runs while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
