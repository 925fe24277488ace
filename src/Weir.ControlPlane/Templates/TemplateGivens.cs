using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Weir.Model;

namespace Weir.ControlPlane.Templates;

/// <summary>
/// What the options give, by name, in the place of what is in AWS, and what of it the template has asked for: a name that it never
/// asks for is mistyped, or left over. Of one load.
/// </summary>
internal sealed class TemplateGivens(TemplateOptions options)
{
    private readonly HashSet<(string Flag, string Name)> _asked = [];

    public bool TryGetCertificate(string name, [NotNullWhen(true)] out CertificateFiles? files) =>
        TryGet(options.CertificateFlag, options.Certificates, name, out files);

    public bool TryGetTrustStore(string name, [NotNullWhen(true)] out string? file) =>
        TryGet(options.TrustStoreFlag, options.TrustStores, name, out file);

    public bool TryGetInstance(string name, [NotNullWhen(true)] out TargetEndpoint? endpoint) =>
        TryGet(options.InstanceFlag, options.Instances, name, out endpoint);

    /// <summary>For a listener that verifies by them; empty if there are none.</summary>
    public ImmutableArray<string> Revocations(string name) =>
        TryGet(options.RevocationFlag, options.Revocations, name, out var files) ? files : [];

    /// <summary>A listener verifies by that trust store, and nothing was given of what is revoked there.</summary>
    public bool LacksRevocations(string name) => _asked.Contains((options.RevocationFlag, name)) && !options.Revocations.ContainsKey(name);

    /// <summary>Tells of what was given and never asked for.</summary>
    /// <param name="findings">Where to.</param>
    /// <param name="isResource">Whether the template has a resource of that logical id, be it left out by its condition.</param>
    public void ReportUnused(TemplateFindings findings, Func<string, bool> isResource)
    {
        WarnOf(findings, isResource, options.CertificateFlag, "certificate", options.Certificates.Keys);
        WarnOf(findings, isResource, options.TrustStoreFlag, "trust store", options.TrustStores.Keys);
        WarnOf(findings, isResource, options.InstanceFlag, "target", options.Instances.Keys);
        WarnOf(findings, isResource, options.RevocationFlag, "trust store", options.Revocations.Keys.Where(isResource));
        // Who mistypes a name must not find that nothing is revoked.
        foreach (var name in Unused(options.RevocationFlag, options.Revocations.Keys).Where(name => !isResource(name)))
        {
            findings.Error($"{options.RevocationFlag} {name}", "", null, $"no listener of {options.File} verifies by a trust store '{name}'");
        }
    }

    private bool TryGet<T>(string flag, IReadOnlyDictionary<string, T> given, string name, [NotNullWhen(true)] out T? value)
    {
        _asked.Add((flag, name));
        return given.TryGetValue(name, out value) && value is not null;
    }

    private void WarnOf(TemplateFindings findings, Func<string, bool> isResource, string flag, string what, IEnumerable<string> given)
    {
        string[] asked = [.. _asked.Where(one => one.Flag == flag).Select(static one => one.Name)];
        foreach (var name in Unused(flag, given))
        {
            findings.Warning(
                $"{flag} {name}",
                "",
                null,
                isResource(name)
                    ? $"nothing that is in force in {options.File} uses '{name}'"
                    : $"{options.File} asks for no {what} '{name}'{Wording.DidYouMean(name, asked)}");
        }
    }

    private IEnumerable<string> Unused(string flag, IEnumerable<string> given) => given.Where(name => !_asked.Contains((flag, name)));
}
