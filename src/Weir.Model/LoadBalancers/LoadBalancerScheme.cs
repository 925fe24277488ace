namespace Weir.Model;

/// <summary>Where a load balancer's addresses would be reachable from; in Weir it only shapes the DNS name.</summary>
public enum LoadBalancerScheme
{
    InternetFacing,
    Internal,
}
