namespace Weir.Model;

/// <summary>What becomes of the certificates that clients show. Source: ELBv2 API, MutualAuthenticationAttributes.</summary>
public enum MutualAuthenticationMode
{
    /// <summary>Targets get the whole chain; nobody has looked at it.</summary>
    Passthrough,

    /// <summary>Without a certificate that the trust store answers for there is no connection; targets are told what is in it.</summary>
    Verify,
}
