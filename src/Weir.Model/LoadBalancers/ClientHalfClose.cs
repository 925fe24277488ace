namespace Weir.Model;

/// <summary>What a client's FIN means while its request is outstanding.</summary>
public enum ClientHalfClose
{
    /// <summary>As ALB: the client is gone (400 while the body is read, 460 afterwards).</summary>
    Strict,

    /// <summary>The client may still read: it gets its response.</summary>
    Tolerate,
}
