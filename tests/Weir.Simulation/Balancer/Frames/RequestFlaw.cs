namespace Weir.Simulation.Balancer;

/// <summary>What makes a request over HTTP/2 malformed. Source: RFC 9113 §8.1.1.</summary>
internal enum RequestFlaw
{
    None,

    /// <summary>A field that is wrong wherever it stands.</summary>
    WrongField,

    /// <summary>A pseudo-header field that has to be there is missing.</summary>
    MissingPseudo,

    /// <summary>One is there twice.</summary>
    RepeatedPseudo,

    /// <summary>One stands behind the other fields.</summary>
    LatePseudo,

    /// <summary>One is there that requests have not.</summary>
    UndefinedPseudo,

    /// <summary>The value of one may not be.</summary>
    WrongPseudo,

    /// <summary>Host differs from :authority.</summary>
    OtherHost,

    /// <summary>Content-Length is no length, or is two.</summary>
    WrongLength,

    /// <summary>Content-Length announces more than comes: of this and what follows the head is as it should be.</summary>
    TooShort,

    /// <summary>More comes than Content-Length announces.</summary>
    TooLong,

    /// <summary>A field of the trailers is wrong, or a pseudo-header field.</summary>
    WrongTrailers,

    /// <summary>The stream does not end with its trailers.</summary>
    TrailersWithoutEnd,
}
