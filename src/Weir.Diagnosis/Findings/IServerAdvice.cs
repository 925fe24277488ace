using Weir.Diagnosis.Lags;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Findings;

/// <summary>What is known of servers, as far as a diagnosis asks: when they close, and what to set.</summary>
internal interface IServerAdvice
{
    /// <summary>When servers close idle connections as they come.</summary>
    IReadOnlyList<CloseTimeRange> CloseTimes { get; }

    /// <summary>Servers that close then, in words.</summary>
    IReadOnlyList<string> ClosesAt(CloseTimes times);

    /// <summary>What the time found is of the likeliest server: "6.0 s is Node.js's 5 s plus its 1 s buffer"; null where none fits.</summary>
    string? Explain(CloseTimes times);

    /// <summary>How to make targets outlive the balancer; never empty.</summary>
    IReadOnlyList<Fix> KeepAliveFixes(double idleTimeoutSeconds, CloseTimes? times);

    /// <summary>How to lift a limit of requests on a connection; never empty.</summary>
    IReadOnlyList<Fix> RequestLimitFixes();
}
