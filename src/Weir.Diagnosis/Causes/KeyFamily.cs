namespace Weir.Diagnosis.Causes;

/// <summary>Kinds of requests of one group that differ in the last part of their paths alone: how they fare together. Owned by <see cref="KeyTallies"/>.</summary>
internal struct KeyFamily
{
    // Fewer names may be those of a handful of functions, and what comes again and again speaks for itself.
    private const long LeastKinds = 5;
    private const double MostRepeats = 1;

    /// <summary>Of all its requests, whatever they are called.</summary>
    public KeyTally Tally;

    /// <summary>How many of its kinds met an error.</summary>
    public long Kinds;

    /// <summary>Requests of those kinds after the first error of each.</summary>
    public long Repeats;

    /// <summary>
    /// Whether nearly every error has a name of its own, as pages of things have that are named by words: what they have in common is the
    /// family then, and one of them alone tells nothing.
    /// </summary>
    public readonly bool IsOfManyNames => Kinds >= LeastKinds && Repeats <= MostRepeats * Kinds;
}
