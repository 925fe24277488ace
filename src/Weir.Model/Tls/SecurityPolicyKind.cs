namespace Weir.Model;

/// <summary>The families of security policies. Source: ALB user guide, security policies.</summary>
public enum SecurityPolicyKind
{
    Tls,
    PostQuantum,
    Fips,
    FipsPostQuantum,
}
