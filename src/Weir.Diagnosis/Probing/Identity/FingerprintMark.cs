namespace Weir.Diagnosis.Probing;

/// <summary>One thing that a server does, and how it is told. Immutable.</summary>
/// <param name="Holds">Whether a target does it.</param>
/// <param name="Tell">A half sentence for people; null where this target shows nothing of it.</param>
internal sealed record FingerprintMark(Predicate<ServerTraits> Holds, Func<ServerTraits, string?> Tell)
{
    public FingerprintMark(Predicate<ServerTraits> holds, string evidence)
        : this(holds, _ => evidence)
    {
    }
}
