namespace Weir.Model;

/// <summary>How much of everything one configuration may hold.</summary>
// Source: ALB user guide, quotas
public static class ResourceQuotas
{
    public const int ListenersPerLoadBalancer = 50;

    /// <summary>Besides the default one.</summary>
    public const int CertificatesPerListener = 25;

    /// <summary>HTTPS listeners that verify clients' certificates.</summary>
    public const int VerifyingListenersPerLoadBalancer = 2;
    public const int TargetGroupsPerAction = 5;
    public const int TargetsPerTargetGroup = 1000;
    public const int MaxWeight = 999;
    public const int MinTargetGroupStickinessSeconds = 1;
    public const int MaxTargetGroupStickinessSeconds = 604800;
}
