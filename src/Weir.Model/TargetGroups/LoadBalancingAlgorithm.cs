namespace Weir.Model;

/// <summary>How a target is chosen. Source: ALB user guide, routing algorithms.</summary>
public enum LoadBalancingAlgorithm
{
    RoundRobin,
    LeastOutstandingRequests,
    WeightedRandom,
}
