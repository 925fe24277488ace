namespace Weir.Diagnosis;

/// <summary>The parts of a reproduction that send traffic through the balancer.</summary>
public enum ReproductionPhase
{
    /// <summary>The server as it comes, behind a balancer that behaves as ALB.</summary>
    Race,

    /// <summary>The server with a keep-alive that outlives the balancer, the same traffic.</summary>
    Fix,

    /// <summary>The same server, around the moment at which the balancer itself closes.</summary>
    FixAtIdleTimeout,

    /// <summary>The server as it comes, behind a balancer that protects.</summary>
    Protect,
}
