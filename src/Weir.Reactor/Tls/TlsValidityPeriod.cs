namespace Weir.Reactor;

/// <summary>From when to when something of a file counts, and what becomes of clients outside of that.</summary>
/// <param name="Name">The file and what it is in it.</param>
/// <param name="NotBefore">Null: always before its end.</param>
/// <param name="NotAfter">Null: for good.</param>
/// <param name="Otherwise">What clients do, or what is done with them.</param>
internal readonly record struct TlsValidityPeriod(string Name, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter, string Otherwise)
{
    private const int SoonShare = 4;

    // Ours: most are renewed a month before their end, so half of that says that it has failed. Those that live for days only (revocation
    // lists, some certificates) are renewed when half or a third of it is left.
    private static readonly TimeSpan _soon = TimeSpan.FromDays(14);

    /// <summary>What is to be said on that day, without a final dot; null: nothing.</summary>
    public string? RemarkAt(DateTimeOffset now) =>
        now > NotAfter ? $"{Name} expired on {NotAfter:yyyy-MM-ddTHH:mm:ssZ}; {Otherwise}"
        : now < NotBefore ? $"{Name} is not valid before {NotBefore:yyyy-MM-ddTHH:mm:ssZ}; {Otherwise} until then"
        : now + Soon > NotAfter ? $"{Name} expires within {_soon.Days} days, on {NotAfter:yyyy-MM-ddTHH:mm:ssZ}"
        : null;

    private TimeSpan Soon => (NotAfter - NotBefore) / SoonShare is { } share && share < _soon ? share : _soon;
}
