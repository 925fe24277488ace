namespace Weir.Balancer;

/// <summary>What was agreed with a client, or had been until its handshake failed, as the logs and the targets are told. One a connection; immutable.</summary>
internal sealed class ClientTls
{
    /// <summary>OpenSSL's name.</summary>
    public required byte[] Cipher { get; init; }

    /// <summary><c>TLSv1.3</c></summary>
    public required byte[] Protocol { get; init; }

    /// <summary>The group, <c>secp256r1</c>; empty without one.</summary>
    public required byte[] KeyExchange { get; init; }

    /// <summary>The client's, where the listener asked for one and got it.</summary>
    public ClientCertificate? Certificate { get; init; }

    /// <summary>The name that was asked for, if there was a certificate for it; otherwise empty.</summary>
    public byte[] DomainName { get; init; } = [];

    /// <summary>Or <c>session-reused</c>.</summary>
    public byte[] CertificateArn { get; init; } = [];
}
