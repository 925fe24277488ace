namespace Weir.EndToEnd.Tests;

/// <summary>Why no connection to the target of an <see cref="UnreachableService"/> comes about.</summary>
internal enum UnreachableTarget
{
    /// <summary>Nothing listens on its port.</summary>
    Refusing,

    /// <summary>It listens, and accepts nobody.</summary>
    NeverAccepting,

    /// <summary>The target group is empty.</summary>
    None,
}
