namespace Weir.Diagnosis.Aws;

/// <summary>Where a load balancer writes its access logs.</summary>
/// <param name="IsEnabled">Whether it writes them now; what it wrote before may still be there.</param>
/// <param name="Bucket">Empty if none was ever named.</param>
/// <param name="Prefix">Without slashes at its ends; may be empty.</param>
public sealed record LogDelivery(bool IsEnabled, string Bucket, string Prefix);
