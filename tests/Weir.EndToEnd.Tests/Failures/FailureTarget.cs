namespace Weir.EndToEnd.Tests;

/// <summary>What is behind the balancer in a <see cref="FailureCase"/>.</summary>
internal enum FailureTarget
{
    Serving,

    /// <summary>A port where nothing listens.</summary>
    Refusing,

    /// <summary>An address that no route leads to: the broadcast address, which TCP cannot speak to.</summary>
    Unreachable,

    /// <summary>A target group without targets.</summary>
    None,
}
