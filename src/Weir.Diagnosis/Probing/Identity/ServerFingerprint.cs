namespace Weir.Diagnosis.Probing;

/// <summary>What one kind of server does, all of which must hold. Immutable.</summary>
/// <param name="Key">As the catalogue of servers calls it.</param>
/// <param name="Name">For people.</param>
/// <param name="Marks">At least two; what a server calls itself is never the only one.</param>
internal sealed record ServerFingerprint(string Key, string Name, IReadOnlyList<FingerprintMark> Marks)
{
    public bool Fits(ServerTraits traits) => Marks.All(mark => mark.Holds(traits));

    public ServerIdentity IdentityOf(ServerTraits traits) =>
        new(Key, Name, [.. Marks.Select(mark => mark.Tell(traits)).OfType<string>()]);
}
