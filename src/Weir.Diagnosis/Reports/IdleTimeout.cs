namespace Weir.Diagnosis.Reports;

/// <summary>The balancer's idle timeout.</summary>
/// <param name="Seconds">1 to 4000.</param>
/// <param name="Source">Where it comes from: <c>default</c>, <c>flag</c>, or <c>load balancer</c>.</param>
public sealed record IdleTimeout(double Seconds, string Source);
