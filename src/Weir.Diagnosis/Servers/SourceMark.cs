namespace Weir.Diagnosis.Servers;

/// <summary>How well a fact about a server is known. Whoever shows the fact shows this where it is less than documented.</summary>
public enum SourceMark
{
    /// <summary>Seen on real connections.</summary>
    Measured,

    /// <summary>Read in the server's own source or manual.</summary>
    Documented,

    /// <summary>Told by its users or maintainers.</summary>
    Reported,

    /// <summary>Commonly said; neither read nor measured.</summary>
    FromMemory,
}
