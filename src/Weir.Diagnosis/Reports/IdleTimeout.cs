namespace Weir.Diagnosis.Reports;

/// <summary>The balancer's idle timeout.</summary>
/// <param name="Seconds">1 to 4000.</param>
/// <param name="Source">Where it comes from: <c>default</c>, <c>flag</c>, <c>load balancer</c>, or <c>log</c>, whose 504s show it.</param>
public sealed record IdleTimeout(double Seconds, string Source)
{
    public const string OfDefault = "default", OfFlag = "flag", OfLoadBalancer = "load balancer", OfLog = "log";

    /// <summary>Nobody said so, and nothing in the log.</summary>
    public bool IsAssumed => Source == OfDefault;
}
