namespace Weir.Model;

/// <summary>What becomes of requests that are not compliant. Source: ALB user guide, desync mitigation mode.</summary>
public enum DesyncMitigationMode
{
    Monitor,
    Defensive,
    Strictest,
}
