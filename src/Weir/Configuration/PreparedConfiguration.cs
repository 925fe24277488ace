using System.Collections.Immutable;
using Weir.Balancer;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>Definitions on their way into force: loaded, their names replaced, compiled.</summary>
/// <param name="Definition">As loaded, names and all; null if loading failed.</param>
/// <param name="Snapshot">Null if there is an error.</param>
/// <param name="Tls">What was made of the files of certificates; null if there is no TLS, or an error.</param>
/// <param name="Errors">Every error of loading and compiling.</param>
/// <param name="Warnings">What is accepted, and its author should know: it has no effect, or a certificate expires.</param>
internal sealed record PreparedConfiguration(
    BalancerDefinition? Definition,
    BalancerSnapshot? Snapshot,
    BalancerTls? Tls,
    ImmutableArray<ConfigurationError> Errors,
    ImmutableArray<ConfigurationWarning> Warnings)
{
    /// <summary>Compiles what was loaded with the addresses that are known now.</summary>
    /// <param name="load">What was loaded.</param>
    /// <param name="names">The addresses.</param>
    /// <param name="tickets">What TLS clients resume with.</param>
    public static PreparedConfiguration From(ConfigurationLoad load, NameBook names, TlsTickets tickets)
    {
        if (load.Definition is not { } definition)
        {
            return new PreparedConfiguration(null, null, null, load.Errors, load.Warnings);
        }

        SnapshotCompilation compiled = SnapshotCompiler.Compile(HostNames.Replace(definition, names.Addresses));
        BalancerTls? tls = null;
        ImmutableArray<ConfigurationError> errors = compiled.Errors;
        ImmutableArray<ConfigurationWarning> warnings = [.. load.Warnings, .. compiled.Warnings.Distinct()];
        if (compiled.Snapshot is { UsesTls: true } snapshot)
        {
            tls = tickets.Load(snapshot, out ImmutableArray<ConfigurationError> problems, out ImmutableArray<ConfigurationWarning> remarks);
            errors = [.. errors, .. problems];
            warnings = [.. warnings, .. remarks];
        }

        return new PreparedConfiguration(definition, errors.IsEmpty ? compiled.Snapshot : null, tls, errors, warnings);
    }
}
