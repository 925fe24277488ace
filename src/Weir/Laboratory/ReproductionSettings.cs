using Weir.Diagnosis;

namespace Weir.Laboratory;

/// <summary>How the laboratory was set, in the document of `reproduce --json`.</summary>
internal sealed record ReproductionSettings(
    string PoolOrder,
    double LatencyMilliseconds,
    double RoundTripMilliseconds,
    double IdleTimeoutSeconds,
    int Connections,
    bool Https,
    bool TargetTls,
    bool LearnsFromHints,
    bool RelayAcknowledges,
    string ProtocolVersion,
    int Targets)
{
    public static ReproductionSettings Of(ReproductionOptions options) => new(
        ReproductionOptions.PoolOrder,
        options.Latency.TotalMilliseconds,
        options.Window.TotalMilliseconds,
        options.IdleTimeout.TotalSeconds,
        options.Connections,
        options.Https,
        options.TargetIsTls,
        options.LearnsFromHints,
        RelayAcknowledges: true,
        options.IsHttp2 ? "HTTP2" : "HTTP1",
        options.Targets);
}
