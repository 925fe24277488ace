namespace Weir.Model;

/// <summary>Where a server's certificate is: PEM files on this machine; one file may hold both. Not read here.</summary>
/// <param name="CertificateFile">The chain of certificates, the server's own first.</param>
/// <param name="PrivateKeyFile">The private key of the first certificate, not encrypted.</param>
public sealed record CertificateFiles(string CertificateFile, string PrivateKeyFile);
