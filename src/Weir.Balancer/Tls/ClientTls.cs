namespace Weir.Balancer;

/// <summary>What was agreed with a client, as the logs and the targets are told. One a connection; immutable.</summary>
internal sealed class ClientTls
{
    /// <summary>OpenSSL's name.</summary>
    public required byte[] Cipher { get; init; }

    /// <summary><c>TLSv1.3</c></summary>
    public required byte[] Protocol { get; init; }

    /// <summary>The name that was asked for, if there was a certificate for it; otherwise empty.</summary>
    public required byte[] DomainName { get; init; }

    /// <summary>Or <c>session-reused</c>.</summary>
    public required byte[] CertificateArn { get; init; }
}
