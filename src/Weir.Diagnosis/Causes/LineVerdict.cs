namespace Weir.Diagnosis.Causes;

/// <summary>What one line says by itself: its shape; where that names the cause, which, how surely, and the next best.</summary>
internal readonly record struct LineVerdict(ErrorShape Shape, Cause Cause, float Confidence, Cause Other)
{
    public static LineVerdict Named(Cause cause, double confidence, Cause other = Cause.Unknown) =>
        new(ErrorShape.Named, cause, (float)confidence, other);
}
