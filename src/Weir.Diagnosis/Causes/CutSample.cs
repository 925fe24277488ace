namespace Weir.Diagnosis.Causes;

/// <summary>A cut request, the bins of its lags if they were kept, and the incident that it is part of.</summary>
internal sealed record CutSample(ErrorCase Error, ushort[]? Lags, Incident? Incident);
