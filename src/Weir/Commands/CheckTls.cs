namespace Weir.Commands;

/// <summary>What an HTTPS listener does, in <see cref="CheckReport"/>.</summary>
/// <param name="SecurityPolicy">AWS's name of it.</param>
/// <param name="Certificates">Their files, the default one first.</param>
/// <param name="MutualAuthentication"><c>off</c>, <c>passthrough</c> or <c>verify</c>.</param>
internal sealed record CheckTls(string SecurityPolicy, string[] Certificates, string MutualAuthentication);
