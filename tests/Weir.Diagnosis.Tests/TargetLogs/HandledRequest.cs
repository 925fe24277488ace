namespace Weir.Diagnosis.Tests.TargetLogs;

/// <summary>A request that its target handled, by the target's clock.</summary>
internal sealed record HandledRequest(SyntheticRequest Request, DateTimeOffset Start)
{
    public DateTimeOffset End => Start + Request.Duration;
}
