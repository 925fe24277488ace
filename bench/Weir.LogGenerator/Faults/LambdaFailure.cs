using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>A group whose target is a Lambda function that is throttled, fails, or answers what cannot be used.</summary>
internal sealed class LambdaFailure : Fault
{
    // Source: ALB user guide, error reason codes of Lambda.
    private static readonly (string Reason, int Status)[] _sudden =
        [("LambdaUnhandled", 502), ("LambdaInvalidResponse", 502), ("LambdaResponseTooLarge", 502), ("LambdaRequestTooLarge", 413), ("LambdaConnectionTimeout", 504)];

    private double _throttledUntil;

    public override string Cause => Causes.LambdaError;

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        double share = draw.LogBetween("share", 0.0005, 0.03);
        int usual = draw.Between("usual_failure", 0, _sudden.Length - 1);
        bool throttles = draw.Chance("throttles", 0.5);
        double window = draw.LogBetween("throttled_for", 2, 120);
        if (throttles)
            Recurrence.Every(universe, Math.Max(seconds / 3, window * 2), () => _throttledUntil = Ticks.Seconds(universe.NowTicks) + window);
        group.Fronts.Add(exchange =>
        {
            bool isThrottled = Ticks.Seconds(universe.NowTicks) < _throttledUntil && universe.Random.Chance(0.6);
            (string Reason, int Status)? failure = isThrottled ? ("LambdaThrottling", 502)
                : !universe.Random.Chance(share) ? null
                : universe.Random.Chance(0.7) ? _sudden[usual] : universe.Random.Pick(_sudden);
            Invoke(universe, exchange, failure);
            return true;
        });
    }

    private void Invoke(Universe universe, Exchange exchange, (string Reason, int Status)? failure)
    {
        double seconds = failure is { Reason: "LambdaThrottling" or "LambdaRequestTooLarge" } ? universe.Random.LogNormal(0.004, 0.4)
            : failure is { Reason: "LambdaConnectionTimeout" } ? 10 : exchange.Url.ServiceSeconds(universe.Random);
        long sent = Ticks.Of(universe.Random.LogNormal(0.0004, 0.5));
        long worked = Ticks.Of(seconds);
        universe.After(sent + worked, () =>
        {
            LogRow row = exchange.Row(failure?.Status ?? 200);
            row.TargetStatus = failure is null ? 200 : 0;
            row.SentBytes = failure is null ? exchange.Url.MedianResponseBytes : BalancerPages.Bytes(failure.Value.Status);
            row.RequestTicks = sent;
            row.TargetTicks = worked;
            row.ResponseTicks = 0;
            row.ErrorReason = failure?.Reason ?? "-";
            exchange.EndWith(row, failure is null ? null : Cause);
        });
    }
}
