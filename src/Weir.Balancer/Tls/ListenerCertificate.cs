namespace Weir.Balancer;

/// <summary>A certificate that a listener shows to new connections, for whoever watches over it.</summary>
/// <param name="File">Where it was read from.</param>
/// <param name="Subject">As RFC 2253 writes names: <c>CN=a,O=b</c>.</param>
/// <param name="NotAfter">Its last second.</param>
public sealed record ListenerCertificate(string File, string Subject, DateTimeOffset NotAfter);
