namespace Weir.LogGenerator.World;

/// <summary>What a target's host does with a SYN.</summary>
internal enum Acceptance
{
    Listening,
    Refusing,
    Swallowing,
}
