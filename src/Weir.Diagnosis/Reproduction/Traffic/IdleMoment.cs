namespace Weir.Diagnosis;

/// <summary>
/// The idle ages at which a target ends connections, as far as they can be known: what ends then may have been ended by its idle
/// timer. Immutable.
/// </summary>
internal readonly record struct IdleMoment(TimeSpan From, TimeSpan To)
{
    // More than a busy machine makes a close late, or the sight of it: as RacePacing has it.
    private static readonly TimeSpan _uncertainty = TimeSpan.FromMilliseconds(100);

    /// <param name="ages">At which ages it was seen to end idle connections: one at least.</param>
    public static IdleMoment Around(IReadOnlyCollection<TimeSpan> ages) => new(ages.Min() - _uncertainty, ages.Max() + _uncertainty);

    /// <param name="age">Of a connection when its target ended it; null if that is not known.</param>
    public bool Has(TimeSpan? age) => age >= From && age <= To;
}
