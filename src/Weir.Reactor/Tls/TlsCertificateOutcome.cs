using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>A certificate, or the sentence that says why there is none.</summary>
[SupportedOSPlatform("linux")]
public readonly record struct TlsCertificateOutcome(TlsCertificate? Certificate, string Problem);
