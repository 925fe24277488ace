namespace Weir.Diagnosis.Causes;

/// <summary>What is seen of one cut request, whatever the story: nats for each of <see cref="CutCauses"/>, times and lags left out, and how likely a crash is.</summary>
internal sealed record CutReading(double[] Nats, CrashDensity Crash);
